import type { Product } from '@manga-assist/catalogue';
import type { GradedQuery } from './grade-search.ts';

type Pick = <T>(list: readonly T[]) => T;
type Variant = (product: Product, pick: Pick) => string | undefined;

const AROUND_JA = ['%の3巻ありますか？', '%ってありますか', '「%」の在庫を教えて', '%を探しています', '%の最新刊は？', 'すみません、%の値段はいくらですか', '%って何巻まで出てる？', '%の二十二巻ください'];
const AROUND_EN = ['do you have %?', 'looking for % vol. 3', 'is % in stock', 'how many volumes does % have', 'price of % please', 'I want to buy the final volume of %', 'can you recommend me %'];

const isLatin = (text: string): boolean => /^[\x20-\x7e]+$/.test(text);
const from = (text: string, least: number, change: (text: string) => string): string | undefined => (text.length >= least ? change(text) : undefined);

/**
 * How people write what they look for: the scripts, spellings, mistakes and shortenings of titles and
 * authors, each made by rule from a catalogue's own entries. No entry's aliases are used.
 */
const VARIANTS: Readonly<Record<string, Variant>> = {
  title: ({ titleJa }) => titleJa,
  'title in a request': ({ titleJa }, pick) => pick(AROUND_JA).replace('%', titleJa),
  hiragana: ({ titleKana }) => from(titleKana, 1, (kana) => kana.replace(/[ァ-ヶ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60))),
  'half width': ({ titleKana }) => from(titleKana, 1, halfWidth),
  romaji: ({ titleRomaji }) => (isLatin(titleRomaji) ? titleRomaji : undefined),
  'romaji, short vowels': ({ titleRomaji }) => changed(titleRomaji, (text) => text.toLowerCase().replace(/ou/g, 'o').replace(/uu/g, 'u')),
  'romaji, macrons': ({ titleRomaji }) => changed(titleRomaji, (text) => text.replace(/ou/g, 'ō').replace(/uu/g, 'ū')),
  'romaji, kunrei': ({ titleRomaji, titleEn }) => (titleRomaji === titleEn ? undefined : changed(titleRomaji.toLowerCase(), kunrei)),
  'romaji, no spaces': ({ titleRomaji }) => changed(titleRomaji.toLowerCase(), (text) => text.replace(/ /g, '')),
  english: ({ titleEn }) => titleEn || undefined,
  'english in a request': ({ titleEn }, pick) => (isLatin(titleEn) ? pick(AROUND_EN).replace('%', titleEn) : undefined),
  'english, mistyped': ({ titleEn }, pick) => from(titleEn, 8, (text) => mistyped(text, pick)),
  'romaji, mistyped': ({ titleRomaji }, pick) => from(titleRomaji, 8, (text) => mistyped(text, pick)),
  'title, mistyped': ({ titleJa }, pick) => (isLatin(titleJa) ? undefined : from(titleJa, 5, (text) => mistyped(text, pick))),
  author: ({ authors }) => authors[0]?.name,
  'author in a request': ({ authors }) => authors[0] && `${authors[0].name}の漫画`,
  'author, reading': ({ authors }) => authors[0]?.kana || undefined,
};

/** Queries of every kind for every `every`th product, the same each time. An author's works are all right. */
export function queryVariants(products: readonly Product[], every: number): GradedQuery[] {
  let state = 1;
  // Park and Miller's generator: enough to choose a request or a letter, and the same everywhere.
  const pick: Pick = (list) => list[(state = (state * 48_271) % 2_147_483_647) % list.length] as (typeof list)[number];
  const chosen = products.filter((_, index) => index % every === 0);
  return Object.entries(VARIANTS).flatMap(([kind, variant]) =>
    chosen.flatMap((product, index) => {
      const query = variant(product, pick);
      if (query === undefined || query === '') return [];
      return [{ id: `${kind} ${index + 1}`, query, kind, expected: kind.startsWith('author') ? worksOf(product, products) : [product.titleJa] }];
    }),
  );
}

function worksOf({ authors }: Product, products: readonly Product[]): string[] {
  return products.filter((product) => product.authors.some(({ name }) => name === authors[0]?.name)).map(({ titleJa }) => titleJa);
}

/** Undefined where the rule changes nothing. */
function changed(text: string, change: (text: string) => string): string | undefined {
  const other = change(text);
  return isLatin(text) && other !== text && other !== text.toLowerCase() ? other : undefined;
}

function mistyped(text: string, pick: Pick): string {
  const at = pick(Array.from(text.slice(1, -1), (_, index) => index)) + 1;
  const [before, letter, next, after] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)];
  return pick([`${before}${next}${after}`, `${before}${next}${letter}${after}`]);
}

function kunrei(text: string): string {
  return text.replace(/shi/g, 'si').replace(/chi/g, 'ti').replace(/tsu/g, 'tu').replace(/fu/g, 'hu').replace(/ji/g, 'zi').replace(/sh/g, 'sy').replace(/ch/g, 'ty').replace(/j(?=[aou])/g, 'zy');
}

const FULL = 'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー゙゚';
const HALF = 'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰﾞﾟ';

function halfWidth(kana: string): string {
  return [...kana.normalize('NFD')].map((letter) => FULL.includes(letter) ? HALF.charAt(FULL.indexOf(letter)) : letter).join('');
}
