import type { Product } from '@manga-assist/catalogue';
import { mangaIdOf } from './series-row.ts';

/**
 * As many series as asked for: the given ones first, then made-up ones whose titles, themes and stories
 * are put together from pieces of the real ones, so that they are as hard to tell apart. The same
 * catalogue grows the same way every time.
 */
export function growCatalogue(products: readonly Product[], size: number): Product[] {
  const grown = [...products];
  const ids = new Set(products.map(({ mangaId }) => mangaId));
  const pick = picker(0x6d616e67);
  const some = <T>(list: readonly T[], count: number): T[] => [...new Set(Array.from({ length: count }, () => list[pick(list.length)] as T))];
  while (grown.length < size) {
    const [one, two, three] = [0, 0, 0].map(() => products[pick(products.length)] as Product) as [Product, Product, Product];
    const titleJa = `${head(one.titleJa)}${tail(two.titleJa)}`;
    const titleRomaji = `${headWords(one.titleRomaji)} ${tailWords(two.titleRomaji)}`;
    // A number where the pieces have met before.
    const name = ids.has(mangaIdOf(titleJa)) ? `${titleJa}${grown.length}` : titleJa;
    const themeIndexes = some([...three.themes.keys()], 3);
    const product: Product = {
      ...three,
      mangaId: mangaIdOf(name),
      titleJa: name,
      titleRomaji,
      titleEn: `${headWords(two.titleEn)} ${tailWords(one.titleEn)}`,
      titleKana: '',
      aliases: [],
      authors: one.authors,
      themes: [...themeIndexes.map((index) => three.themes[index] ?? ''), ...one.themes.slice(0, 1)],
      themesJa: [...themeIndexes.map((index) => three.themesJa[index] ?? ''), ...one.themesJa.slice(0, 1)],
      synopsisEn: `${sentence(one.synopsisEn, '. ')} ${sentence(three.synopsisEn, '. ')}`.trim(),
      synopsisJa: `${sentence(one.synopsisJa, '。')}${sentence(three.synopsisJa, '。')}`,
      startYear: 1960 + pick(66),
    };
    if (ids.has(product.mangaId)) continue;
    ids.add(product.mangaId);
    grown.push(product);
  }
  return grown;
}

const half = (length: number): number => Math.ceil(length / 2);
const head = (text: string): string => [...text].slice(0, half([...text].length)).join('');
const tail = (text: string): string => [...text].slice(half([...text].length)).join('');
const headWords = (text: string): string => text.split(' ').slice(0, half(text.split(' ').length)).join(' ');
const tailWords = (text: string): string => text.split(' ').slice(Math.floor(text.split(' ').length / 2)).join(' ');
const sentence = (text: string, end: string): string => text.split(end)[0] ?? '';

/** Numbers below a bound, by a linear congruence with Knuth's constants: no test of chance, only always the same. */
function picker(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number((state >> 33n) % BigInt(below));
  };
}
