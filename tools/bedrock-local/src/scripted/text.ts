export type Language = 'ja' | 'en';

const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff々]/;

export function hasJapanese(text: string): boolean {
  return JAPANESE.test(text.normalize('NFKC'));
}

/** One form for full-width letters, half-width kana, fractions and the many dashes, so that patterns stay readable. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll('⁄', '/')
    .replaceAll(/[‐‑‒–—−﹣－]/g, '-')
    .replaceAll(/[〜～~]/g, '〜')
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .trim();
}

/** The same question always gets the same wording; different questions vary. */
export function pick<T>(variants: readonly [T, ...T[]], seed: string): T {
  let hash = 7;
  for (let index = 0; index < seed.length; index++) hash = (Math.imul(hash, 31) + seed.charCodeAt(index)) >>> 0;
  return variants[hash % variants.length] ?? variants[0];
}

/** The first sentence, at most `limit` characters, on one line. */
export function oneLine(text: string, limit: number): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  const sentence = /^.*?[。！？.!?](?=\s|$|[^\s\d])/u.exec(flat)?.[0] ?? flat;
  const chosen = sentence.length >= 12 ? sentence : flat;
  if (chosen.length <= limit) return chosen;
  const cut = chosen.slice(0, limit);
  const lastSpace = cut.lastIndexOf(' ');
  const safe = /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
  return `${lastSpace > limit / 2 ? cut.slice(0, lastSpace) : safe}…`;
}
