import type { Product } from '../product.ts';
import { isSameAuthor, themeWords } from '../shared-traits.ts';

/** What having something in common says. */
export const TRAIT_WEIGHTS = { themes: 2, genres: 1.5, demographic: 0.35, author: 0.25 };

/** Series that have most in common with one, by what their entries say; what few have says more. */
export function rankByTraits(like: Product, others: Iterable<Product>): string[] {
  const candidates = [...others];
  const themes = new Overlap(themeWords(like), candidates.map(themeWords));
  const genres = new Overlap(new Set(like.genres), candidates.map((product) => new Set(product.genres)));
  const scored = candidates.map((product, index) => {
    const score =
      TRAIT_WEIGHTS.themes * themes.with(index) +
      TRAIT_WEIGHTS.genres * genres.with(index) +
      TRAIT_WEIGHTS.demographic * Number(like.demographic !== '' && product.demographic === like.demographic) +
      TRAIT_WEIGHTS.author * Number(isSameAuthor(like, product));
    return { mangaId: product.mangaId, score };
  });
  return scored.sort((a, b) => b.score - a.score).map(({ mangaId }) => mangaId);
}

/** How much of one set others have, 0 to 1, each member weighing by how rare it is. */
class Overlap {
  readonly #counts = new Map<string, number>();

  constructor(
    private readonly own: ReadonlySet<string>,
    private readonly others: readonly ReadonlySet<string>[],
  ) {
    for (const other of others) for (const member of other) this.#counts.set(member, (this.#counts.get(member) ?? 0) + 1);
  }

  with(index: number): number {
    const other = this.others[index] ?? new Set<string>();
    const shared = this.#weightOf([...this.own].filter((member) => other.has(member)));
    return shared / Math.sqrt(this.#weightOf(this.own) * this.#weightOf(other) || 1);
  }

  #weightOf(members: Iterable<string>): number {
    let weight = 0;
    for (const member of members) weight += Math.log(1 + this.others.length / (this.#counts.get(member) ?? 1));
    return weight;
  }
}
