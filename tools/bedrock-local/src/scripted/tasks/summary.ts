/** The first sentences of the text itself: extractive, so never wrong about it. */
export function summary(text: string): string {
  const body = text.replace(/^[^\n]*(?:summari[sz]e|要約)[^\n:：]*[:：\n]/i, '').replaceAll(/^(?:user|assistant|shopper|お客様|利用者)\s*[:：]\s*/gim, '').trim();
  const sentences = body.match(/[^。.!?！？\n]+[。.!?！？]?/g)?.map((sentence) => sentence.trim()).filter((sentence) => sentence.length > 3) ?? [];
  const kept: string[] = [];
  for (const sentence of sentences) {
    if (kept.join('').length + sentence.length > 240 && kept.length > 0) break;
    kept.push(sentence);
    if (kept.length === 3) break;
  }
  return kept.join(/[\u3040-\u30ff]/.test(body) ? '' : ' ');
}
