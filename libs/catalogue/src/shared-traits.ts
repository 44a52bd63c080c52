import type { Genre, Product } from './product.ts';
import { wordKey } from './text/tokens.ts';

/** What two series have in common, for saying why one is recommended. */
export interface SharedTraits {
  /** English names; `themesJa` are the same themes in Japanese. */
  themes: string[];
  themesJa: string[];
  genres: Genre[];
  isSameAuthor: boolean;
  isSameDemographic: boolean;
}

export function sharedTraits(a: Product, b: Product): SharedTraits {
  const others = new Set(b.themes.map(themeKey));
  const shared = a.themes.flatMap((theme, index) => (others.has(themeKey(theme)) ? [{ theme, themeJa: a.themesJa[index] ?? theme }] : []));
  return {
    themes: shared.map(({ theme }) => theme),
    themesJa: shared.map(({ themeJa }) => themeJa),
    genres: a.genres.filter((genre) => b.genres.includes(genre)),
    isSameAuthor: isSameAuthor(a, b),
    isSameDemographic: a.demographic !== '' && a.demographic === b.demographic,
  };
}

export function isSameAuthor(a: Product, b: Product): boolean {
  return a.authors.some(({ name }) => b.authors.some((author) => author.name === name));
}

/** Of each product once: every search for something similar looks at every series. A changed series is a new object. */
const wordsOfThemes = new WeakMap<Product, ReadonlySet<string>>();

/** Themes by word, so that "high school basketball" and "basketball" share one. */
export function themeWords(product: Product): ReadonlySet<string> {
  let words = wordsOfThemes.get(product);
  if (words === undefined) {
    words = new Set(product.themes.flatMap((theme) => themeKey(theme).split(' ')).filter((word) => word.length > 2));
    wordsOfThemes.set(product, words);
  }
  return words;
}

function themeKey(theme: string): string {
  return theme.toLowerCase().split(/[\s-]+/).map(wordKey).join(' ');
}
