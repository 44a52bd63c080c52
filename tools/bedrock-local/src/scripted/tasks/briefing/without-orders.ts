/** Data that talks to the model: somebody's attempt to give it orders. */
const ORDERS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,60}\b(?:instructions?|prompts?|rules?|above|previous|prior|everything|guidelines|schema)\b/i,
  /\b(?:system|developer) (?:prompt|message|instruction|override)\b|^\s*(?:system|assistant|developer)\s*[:：]/i,
  /\byou (?:are|must|will|should)(?: now)? (?:an? |act|answer|reply|respond|output|return|say|print|classify|rate|approve|allow|recommend|ignore|always|only|not )/i,
  /\b(?:reply|respond|answer|output|return|print|say|write|repeat|set|mark|label|classify|rate|approve)\b[^.!?\n]{0,50}(?:["“'`{]|\b(?:only|exactly|json|verbatim|confidence|genre|schema|as (?:safe|allowed|approved|a))\b)/i,
  /\b(?:as an ai|language model|dear (?:ai|model|assistant)|note to (?:the )?(?:ai|model|assistant|moderator))\b/i,
  /(?:指示|命令|ルール|プロンプト|設定)(?:は|を|に)?[^。！？\n]{0,20}(?:無視|忘れ|破棄|上書き|従わ)/,
  /システムプロンプト|^\s*(?:システム|アシスタント)\s*[:：]|(?:AI|ＡＩ|モデル|アシスタント)(?:へ|は|よ)[、,\s]/,
  /(?:と(?:だけ)?|を)(?:出力|回答|返答|答え|判定|分類|承認|許可)(?:して|しろ|せよ|すること|てください|なさい)/,
];
const SENTENCE = /[^。！？!?.\n]*(?:\.(?=\S)[^。！？!?.\n]*)*[。！？!?.\n]*/g;

/** The text without the sentences that give orders to whoever reads it. */
export function withoutOrders(text: string): string {
  if (!ORDERS.some((order) => order.test(text))) return text;
  const kept = (text.match(SENTENCE) ?? []).filter((sentence) => !ORDERS.some((order) => order.test(sentence)));
  return kept.join('').trim();
}

/** The same for every text inside a JSON value. */
export function valueWithoutOrders(value: unknown): unknown {
  if (typeof value === 'string') return withoutOrders(value);
  if (Array.isArray(value)) return value.map(valueWithoutOrders).filter((item) => item !== '');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueWithoutOrders(item)]));
}
