import type { Genre, Product } from '../product.ts';
import { isSameAuthor, themeWords } from '../shared-traits.ts';
import { TopRanked } from './top-ranked.ts';
import { TRAIT_WEIGHTS } from './trait-ranking.ts';

/** Which series have a member, and how much it says: what few have says more. */
class Members<Member> {
  readonly #holders = new Map<Member, Set<string>>();

  add(members: Iterable<Member>, mangaId: string): void {
    for (const member of members) {
      const holders = this.#holders.get(member);
      if (holders === undefined) this.#holders.set(member, new Set([mangaId]));
      else holders.add(mangaId);
    }
  }

  remove(members: Iterable<Member>, mangaId: string): void {
    for (const member of members) this.#holders.get(member)?.delete(mangaId);
  }

  holdersOf(member: Member): ReadonlySet<string> {
    return this.#holders.get(member) ?? new Set();
  }

  weightOf(members: Iterable<Member>, all: number): number {
    let weight = 0;
    for (const member of members) weight += this.weightOfOne(member, all);
    return weight;
  }

  weightOfOne(member: Member, all: number): number {
    return Math.log(1 + all / Math.max(1, this.#holders.get(member)?.size ?? 0));
  }
}

interface Entry {
  product: Product;
  /** Of all its themes, and of all its genres; worked out when first asked for after a change of the shelf. */
  themesWeight: number;
  genresWeight: number;
  version: number;
}

/** Series that have most in common with one, found by what they share: `rankByTraits` without looking at every series. */
export class TraitIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #themes = new Members<string>();
  readonly #genres = new Members<Genre>();
  #version = 0;

  put(product: Product): void {
    this.remove(product.mangaId);
    this.#entries.set(product.mangaId, { product, themesWeight: 0, genresWeight: 0, version: -1 });
    this.#themes.add(themeWords(product), product.mangaId);
    this.#genres.add(product.genres, product.mangaId);
  }

  remove(mangaId: string): void {
    this.#version++;
    const entry = this.#entries.get(mangaId);
    if (entry === undefined) return;
    this.#entries.delete(mangaId);
    this.#themes.remove(themeWords(entry.product), mangaId);
    this.#genres.remove(entry.product.genres, mangaId);
  }

  /** Best first. Series that share neither a theme nor a genre are looked at only when the others are too few. */
  rank(like: Product, most: number, fits: (mangaId: string) => boolean): string[] {
    const all = this.#entries.size;
    const shared = new Map<string, { themes: number; genres: number }>();
    const note = (mangaId: string, kind: 'themes' | 'genres', weight: number): void => {
      const sums = shared.get(mangaId);
      if (sums === undefined) shared.set(mangaId, { themes: 0, genres: 0, [kind]: weight });
      else sums[kind] += weight;
    };
    for (const word of themeWords(like)) {
      const weight = this.#themes.weightOfOne(word, all);
      for (const mangaId of this.#themes.holdersOf(word)) note(mangaId, 'themes', weight);
    }
    for (const genre of like.genres) {
      const weight = this.#genres.weightOfOne(genre, all);
      for (const mangaId of this.#genres.holdersOf(genre)) note(mangaId, 'genres', weight);
    }
    const own = { themes: this.#themes.weightOf(themeWords(like), all), genres: this.#genres.weightOf(like.genres, all) };
    const top = new TopRanked<string>(most);
    for (const [mangaId, sums] of shared) {
      const entry = this.#weighed(mangaId);
      if (entry === undefined || mangaId === like.mangaId || !fits(mangaId)) continue;
      const score =
        TRAIT_WEIGHTS.themes * (sums.themes / Math.sqrt(own.themes * entry.themesWeight || 1)) +
        TRAIT_WEIGHTS.genres * (sums.genres / Math.sqrt(own.genres * entry.genresWeight || 1)) +
        kinship(like, entry.product);
      top.add(mangaId, score);
    }
    if (top.items.length < most) {
      for (const [mangaId, { product }] of this.#entries) if (!shared.has(mangaId) && mangaId !== like.mangaId && fits(mangaId)) top.add(mangaId, kinship(like, product));
    }
    return [...top.items];
  }

  #weighed(mangaId: string): Entry | undefined {
    const entry = this.#entries.get(mangaId);
    if (entry !== undefined && entry.version !== this.#version) {
      entry.themesWeight = this.#themes.weightOf(themeWords(entry.product), this.#entries.size);
      entry.genresWeight = this.#genres.weightOf(entry.product.genres, this.#entries.size);
      entry.version = this.#version;
    }
    return entry;
  }
}

function kinship(like: Product, product: Product): number {
  const isForTheSame = like.demographic !== '' && product.demographic === like.demographic;
  return TRAIT_WEIGHTS.demographic * Number(isForTheSame) + TRAIT_WEIGHTS.author * Number(isSameAuthor(like, product));
}
