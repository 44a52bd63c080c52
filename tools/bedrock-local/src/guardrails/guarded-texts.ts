import type { MessagesRequest, TextBlock } from '../messages/messages-request.ts';
import type { GuardrailCall } from './guardrail-call.ts';

/** A part of the prompt that a guardrail reads, and may write masked. */
export interface GuardedText {
  text: string;
  write(masked: string): void;
}

/**
 * Converse: the user's words, or guardContent alone where there is any; system prompts never.
 * InvokeModel: the whole prompt, or what stands between guardContent tags; the tags do not reach the model.
 */
export function guardedTexts(request: MessagesRequest, { wholePrompt, tagSuffix }: GuardrailCall): GuardedText[] {
  if (tagSuffix !== undefined) return taggedTexts(allTexts(request), tagSuffix);
  if (wholePrompt) return allTexts(request).map(whole);
  const texts = request.messages.filter(({ role }) => role === 'user').flatMap(({ content }) => content.filter((block): block is TextBlock => block.type === 'text'));
  const marked = texts.filter(({ isGuarded }) => isGuarded);
  return (marked.length > 0 ? marked : texts).map(whole);
}

function allTexts({ system, messages }: MessagesRequest): TextBlock[] {
  return [...system, ...messages.flatMap(({ content }) => content.filter((block): block is TextBlock => block.type === 'text'))];
}

function whole(block: TextBlock): GuardedText {
  return { text: block.text, write: (masked) => (block.text = masked) };
}

function taggedTexts(blocks: readonly TextBlock[], suffix: string): GuardedText[] {
  const tag = `amazon-bedrock-guardrails-guardContent_${suffix}`;
  const pattern = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g');
  return blocks.flatMap((block) => {
    // Odd places are what stood between tags.
    const parts = block.text.split(pattern);
    if (parts.length === 1) return [];
    block.text = parts.join('');
    return parts.flatMap((text, index): GuardedText[] => (index % 2 === 0 ? [] : [{ text, write: (masked) => (block.text = ((parts[index] = masked), parts.join(''))) }]));
  });
}
