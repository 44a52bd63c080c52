import type { Product } from '@manga-assist/catalogue';

/** What is worth how much: a shared theme says more of a story than a shared genre. */
const WEIGHTS = { theme: 3, genre: 1, author: 2, demographic: 1 };
/** One genre and one demographic in common are no likeness. */
const LEAST_SCORE = 3;

/** Of each series once: every job looks at every series. A changed series is a new object. */
const themesOf = new WeakMap<Product, ReadonlySet<string>>();

/** The series that have most in common with this one, best first: what a model may choose from. */
export function similarCandidates(product: Product, all: readonly Product[], most: number): readonly Product[] {
  return all
    .filter(({ mangaId }) => mangaId !== product.mangaId)
    .map((other) => ({ other, score: likeness(product, other) }))
    .filter(({ score }) => score >= LEAST_SCORE)
    .sort((a, b) => b.score - a.score || (a.other.mangaId < b.other.mangaId ? -1 : 1))
    .slice(0, most)
    .map(({ other }) => other);
}

function likeness(product: Product, other: Product): number {
  const others = themeKeys(other);
  let score = product.demographic !== '' && product.demographic === other.demographic ? WEIGHTS.demographic : 0;
  for (const theme of themeKeys(product)) if (others.has(theme)) score += WEIGHTS.theme;
  for (const genre of product.genres) if (other.genres.includes(genre)) score += WEIGHTS.genre;
  if (product.authors.some(({ name }) => other.authors.some((author) => author.name === name))) score += WEIGHTS.author;
  return score;
}

function themeKeys(product: Product): ReadonlySet<string> {
  let keys = themesOf.get(product);
  if (keys === undefined) themesOf.set(product, (keys = new Set(product.themes.map((theme) => theme.toLowerCase()))));
  return keys;
}
