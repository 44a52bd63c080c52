import type { Genre, Product } from '../product.ts';
import { isSameAuthor, themeWords } from '../shared-traits.ts';
import { TopRanked } from './top-ranked.ts';
import { TRAIT_WEIGHTS } from './trait-ranking.ts';

/** Which series, by their slots, have a member, and how much it says: what few have says more. */
class Members<Member> {
  readonly #holders = new Map<Member, Set<number>>();

  add(members: Iterable<Member>, slot: number): void {
    for (const member of members) {
      const holders = this.#holders.get(member);
      if (holders === undefined) this.#holders.set(member, new Set([slot]));
      else holders.add(slot);
    }
  }

  remove(members: Iterable<Member>, slot: number): void {
    for (const member of members) this.#holders.get(member)?.delete(slot);
  }

  holdersOf(member: Member): ReadonlySet<number> {
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

/** What series share with one, by slot. Kept between questions, so that each costs only what it touches. */
class Sums {
  #themes = new Float64Array(0);
  #genres = new Float64Array(0);
  readonly #touched: number[] = [];

  makeRoomFor(slots: number): void {
    if (this.#themes.length >= slots) return;
    this.#themes = new Float64Array(slots * 2);
    this.#genres = new Float64Array(slots * 2);
  }

  add(kind: 'themes' | 'genres', slots: Iterable<number>, weight: number): void {
    const sums = kind === 'themes' ? this.#themes : this.#genres;
    for (const slot of slots) {
      if (this.#themes[slot] === 0 && this.#genres[slot] === 0) this.#touched.push(slot);
      sums[slot]! += weight;
    }
  }

  has(slot: number): boolean {
    return this.#themes[slot] !== 0 || this.#genres[slot] !== 0;
  }

  forEach(visit: (slot: number, themes: number, genres: number) => void): void {
    for (const slot of this.#touched) visit(slot, this.#themes[slot] ?? 0, this.#genres[slot] ?? 0);
  }

  clear(): void {
    for (const slot of this.#touched) this.#themes[slot] = this.#genres[slot] = 0;
    this.#touched.length = 0;
  }
}

interface Entry {
  product: Product;
  slot: number;
  /** Of all its themes, and of all its genres; worked out when first asked for after a change of the shelf. */
  themesWeight: number;
  genresWeight: number;
  version: number;
}

/** Series that have most in common with one, found by what they share: `rankByTraits` without looking at every series. */
export class TraitIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #bySlot: (Entry | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  readonly #themes = new Members<string>();
  readonly #genres = new Members<Genre>();
  readonly #sums = new Sums();
  #version = 0;

  put(product: Product): void {
    this.remove(product.mangaId);
    const slot = this.#freeSlots.pop() ?? this.#bySlot.length;
    const entry = { product, slot, themesWeight: 0, genresWeight: 0, version: -1 };
    this.#entries.set(product.mangaId, entry);
    this.#bySlot[slot] = entry;
    this.#themes.add(themeWords(product), slot);
    this.#genres.add(product.genres, slot);
  }

  remove(mangaId: string): void {
    this.#version++;
    const entry = this.#entries.get(mangaId);
    if (entry === undefined) return;
    this.#entries.delete(mangaId);
    this.#bySlot[entry.slot] = undefined;
    this.#freeSlots.push(entry.slot);
    this.#themes.remove(themeWords(entry.product), entry.slot);
    this.#genres.remove(entry.product.genres, entry.slot);
  }

  /** Best first. Series that share neither a theme nor a genre are looked at only when the others are too few. */
  rank(like: Product, most: number, fits: (mangaId: string) => boolean): string[] {
    const all = this.#entries.size;
    const sums = this.#sums;
    sums.makeRoomFor(this.#bySlot.length);
    const top = new TopRanked<string>(most);
    try {
      for (const word of themeWords(like)) sums.add('themes', this.#themes.holdersOf(word), this.#themes.weightOfOne(word, all));
      for (const genre of like.genres) sums.add('genres', this.#genres.holdersOf(genre), this.#genres.weightOfOne(genre, all));
      const own = { themes: this.#themes.weightOf(themeWords(like), all), genres: this.#genres.weightOf(like.genres, all) };
      sums.forEach((slot, themes, genres) => {
        const entry = this.#weighed(this.#bySlot[slot]);
        if (entry === undefined || entry.product.mangaId === like.mangaId) return;
        const score =
          TRAIT_WEIGHTS.themes * (themes / Math.sqrt(own.themes * entry.themesWeight || 1)) +
          TRAIT_WEIGHTS.genres * (genres / Math.sqrt(own.genres * entry.genresWeight || 1)) +
          kinship(like, entry.product);
        // Looking whether it fits costs more than comparing two numbers.
        if (top.wants(score) && fits(entry.product.mangaId)) top.add(entry.product.mangaId, score);
      });
      if (top.items.length < most) {
        for (const [mangaId, { product, slot }] of this.#entries) if (!sums.has(slot) && mangaId !== like.mangaId && fits(mangaId)) top.add(mangaId, kinship(like, product));
      }
    } finally {
      sums.clear();
    }
    return [...top.items];
  }

  #weighed(entry: Entry | undefined): Entry | undefined {
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
