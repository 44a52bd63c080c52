const SEGMENTER = new Intl.Segmenter('ja', { granularity: 'word' });
const EMPTY = new Set('the a an and or of to in on at for with from by is are was were be this that it its as i you my your me we he she they his her their not no do does did have has will can could would about into than then there here what which who how why when where も の は が を に で と た だ です ます する いる ある こと これ それ ため から まで より など'.split(' '));

const LATIN_WORD = /[\p{L}\p{N}]+(?:['’_.][\p{L}\p{N}]+)*/gu;
const NOT_LATIN = /[^\u0000-\u024f\u2010-\u201f\u2026]/;

/** The words of a text that carry meaning, folded, in both languages. */
export function meaningfulWords(text: string): string[] {
  const folded = text.normalize('NFKC').toLowerCase();
  // The segmenter takes ten times as long, and only Japanese needs it.
  const segments = NOT_LATIN.test(folded) ? Array.from(SEGMENTER.segment(folded)) : Array.from(folded.matchAll(LATIN_WORD), ([segment]) => ({ segment, isWordLike: true }));
  return segments.flatMap(({ segment, isWordLike }) => {
    if (!isWordLike || EMPTY.has(segment) || /^[ぁ-ん]{1,2}$/.test(segment)) return [];
    return [/^[a-z]{4,}$/.test(segment) ? segment.replace(/(?:ies|es|s|ing|ed)$/, '') : segment];
  });
}
