import { sharedTraits, type Product } from '@manga-assist/catalogue';

/** What is worth how much: a shared theme says more of a story than a shared genre. */
const WEIGHTS = { theme: 3, genre: 1, author: 2, demographic: 1 };
/** One genre and one demographic in common are no likeness. */
const LEAST_SCORE = 3;

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

function likeness(a: Product, b: Product): number {
  const { themes, genres, isSameAuthor, isSameDemographic } = sharedTraits(a, b);
  return themes.length * WEIGHTS.theme + genres.length * WEIGHTS.genre + (isSameAuthor ? WEIGHTS.author : 0) + (isSameDemographic ? WEIGHTS.demographic : 0);
}
