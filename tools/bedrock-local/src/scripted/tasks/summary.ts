import { meaningfulWords } from './words.ts';

const MOST_CHARACTERS = 240;
const MOST_SENTENCES = 3;

/** The sentences that say most of what the text is about, in their own order: extractive, so never wrong about it. */
export function summary(text: string): string {
  const body = text.replace(/^[^\n]*(?:summari[sz]e|要約)[^\n:：]*[:：\n]/i, '').replaceAll(/^(?:user|assistant|shopper|お客様|利用者)\s*[:：]\s*/gim, '').trim();
  const sentences = body.match(/[^。.!?！？\n]+[。.!?！？]*/g)?.map((sentence) => sentence.trim()).filter((sentence) => sentence.length > 3) ?? [];
  const join = /[\u3040-\u30ff]/.test(body) ? '' : ' ';
  const all = sentences.join(join);
  if (sentences.length <= MOST_SENTENCES && all.length <= MOST_CHARACTERS) return all;
  const chosen: number[] = [];
  let length = 0;
  for (const index of byWeight(sentences)) {
    const size = sentences[index]?.length ?? 0;
    if (chosen.length === MOST_SENTENCES || (chosen.length > 0 && length + size > MOST_CHARACTERS)) continue;
    chosen.push(index);
    length += size;
  }
  return chosen.sort((a, b) => a - b).map((index) => sentences[index]).join(join);
}

/** Sentences with words that come back elsewhere first; the first sentence says what a text is about. */
function byWeight(sentences: readonly string[]): number[] {
  const words = sentences.map((sentence) => new Set(meaningfulWords(sentence)));
  const counts = new Map<string, number>();
  for (const set of words) for (const word of set) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weights = words.map((set, index) => {
    const shared = [...set].reduce((sum, word) => sum + (counts.get(word) ?? 0) - 1, 0);
    return shared / Math.sqrt(set.size + 1) + (index === 0 ? 1_000 : 0);
  });
  return sentences.map((_, index) => index).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
}
