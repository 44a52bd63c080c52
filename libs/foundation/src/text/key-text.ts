// ASCII with single spaces inside: nothing below would change it. Most English questions are that.
const FOLDED = /^(?:[\u0021-\u007E]+(?: [\u0021-\u007E]+)*)?$/;
const WIDTH_VARIANTS = /[\uFF01-\uFF5E\uFF61-\uFF9F\uFFE0-\uFFE6]+/gu;

/**
 * Text folded for cache and de-duplication keys only, never for display: full-width Latin and half-width
 * katakana take their usual width. Not full NFKC: 第①巻 and 第1巻, x² and x2 must not share an answer.
 */
export function keyText(text: string): string {
  if (FOLDED.test(text)) return text;
  return text
    .replace(WIDTH_VARIANTS, (run) => run.normalize('NFKC'))
    .normalize('NFC')
    .replace(/[\s\u3000]+/gu, ' ')
    .trim();
}
