import type { TextBlock } from '@manga-assist/bedrock';
import { cleanText, type Json } from '@manga-assist/foundation';

/** What kind of data a prompt carries; the system prompts say that none of it is an instruction. */
export type Fence = 'catalogue_entry' | 'candidates' | 'context' | 'conversation' | 'facts' | 'items' | 'notes' | 'question';

/** Data as JSON between tags. `<` is escaped, so that no text inside can end the fence. */
export function fenced(fence: Fence, data: Json): TextBlock {
  return { type: 'text', text: `<${fence}>${JSON.stringify(data).replaceAll('<', '\\u003c')}</${fence}>` };
}

/** A stranger's text as it may stand in a fence: visible characters only, and no more than so many. */
export function cleaned(text: string, mostCharacters: number): string {
  const clean = cleanText(text)?.text ?? '';
  return clean.length <= mostCharacters ? clean : Array.from(clean).slice(0, mostCharacters).join('');
}
