const words = new Intl.Segmenter('ja', { granularity: 'word' });
const CJK_RUN = /[\u3040-\u30ff\u3400-\u9fff々〆ー]{2,}/g;
const HAS_CJK = /[\u3040-\u30ff\u3400-\u9fff々〆]/;
const ONLY_HIRAGANA = /^[\u3040-\u309fー]+$/;
const STOP_WORDS = new Set(
  ('a an and are as at be been but by for from had has have he her his how i if in into is it its my no not of off on or our out she so such than that the their them then ' +
    'there they this to up was we were what when where which who whose will with you your about after all also any can do does just like me more most one only other over some')
    .split(' '),
);

export function normaliseText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Words and, for Japanese, character pairs too: a compound is found by its parts. */
export function termsOf(text: string): string[] {
  const normal = normaliseText(text);
  const terms: string[] = [];
  for (const { segment, isWordLike } of words.segment(normal)) {
    if (!isWordLike) continue;
    if (HAS_CJK.test(segment)) {
      // Single kana words are particles.
      if (segment.length > 1 || !ONLY_HIRAGANA.test(segment)) terms.push(segment);
    } else if (segment.length > 1 && !STOP_WORDS.has(segment)) {
      terms.push(stem(segment));
    }
  }
  for (const [run] of normal.matchAll(CJK_RUN)) {
    for (let index = 0; index + 1 < run.length; index++) {
      const pair = run.slice(index, index + 2);
      if (!ONLY_HIRAGANA.test(pair)) terms.push(`_${pair}`);
    }
  }
  return terms;
}

/** Folds the endings that matter to search: pirates, cooking, stories. */
export function stem(word: string): string {
  if (word.length <= 3) return word;
  const base = word.replace(/(?:'s|’s)$/, '');
  if (/ies$/.test(base) && base.length > 4) return `${base.slice(0, -3)}y`;
  if (/(?:sses|shes|ches|xes)$/.test(base)) return base.slice(0, -2);
  if (/ing$/.test(base) && base.length > 5) return undouble(base.slice(0, -3));
  if (/ed$/.test(base) && base.length > 4) return undouble(base.slice(0, -2));
  if (/[^su]s$/.test(base)) return base.slice(0, -1).replace(/e$/, '');
  return base.replace(/e$/, '');
}

function undouble(word: string): string {
  return /([bdgklmnprt])\1$/.test(word) ? word.slice(0, -1) : word.replace(/e$/, '');
}
