import { keyText } from './key-text.ts';
import { keepVisible } from './keep-visible.ts';

export interface CleanText {
  /** What is stored and shown to the model: NFC, nothing invisible, trimmed. */
  text: string;
  /** Only for cache and de-duplication keys: widths folded, white space collapsed. */
  key: string;
  /** How many characters could not be seen or encoded and were removed. */
  removed: number;
  /** Length of `text` in code points. */
  codePoints: number;
}

// Nothing in these ranges is ever removed, re-ordered or re-composed, so most messages need no second look.
const PLAIN = /^[\t\n\u0020-\u007E\u3000-\u3029\u3030-\u3096\u309D-\u30FF\u4E00-\u9FFF\uFF01-\uFF9D]*$/u;
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029\u000B\u000C]/gu;
const COMPATIBILITY_IDEOGRAPHS = /([\uF900-\uFAFF\u{2F800}-\u{2FA1F}])/u;

/**
 * Cleans text from strangers while keeping every character that a Japanese reader can see.
 *
 * Removes only what is invisible or cannot be encoded (controls, bidirectional overrides, zero-width
 * characters, tag characters, private use), never a visible character, and never applies NFKC, which
 * would rewrite ①, ½ or ㍻. It is no defence against injection or markup: `<` and `&` stay.
 *
 * Returns undefined for ill-formed text (a lone surrogate), which callers refuse.
 */
export function cleanText(input: string): CleanText | undefined {
  if (!input.isWellFormed()) return undefined;
  if (PLAIN.test(input)) return describe(input.trim(), 0);
  const { kept, removed } = keepVisible(Array.from(input.replace(LINE_BREAKS, '\n')));
  return describe(normalise(kept).trim(), removed);
}

// NFC would turn 神 (U+FA19) into 神 (U+795E) and so change people's names: those characters are left alone.
function normalise(text: string): string {
  return text
    .split(COMPATIBILITY_IDEOGRAPHS)
    .map((part, index) => (index % 2 === 1 ? part : part.normalize('NFC')))
    .join('');
}

function describe(text: string, removed: number): CleanText {
  return { text, key: keyText(text), removed, codePoints: countCodePoints(text) };
}

/** Length in code points, which is how limits on text are counted everywhere. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
