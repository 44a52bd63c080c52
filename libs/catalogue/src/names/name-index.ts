import type { Product } from '../product.ts';
import { AskedName } from './name-likeness.ts';
import { namesOf, type Name } from './name.ts';
import { NameShelf, type ShelvedName } from './name-shelf.ts';

export interface NameMatch {
  mangaId: string;
  /** 1: the very name. From 0.9 on the series is plainly named, from 0.7 probably, from 0.5 perhaps. */
  score: number;
  by: 'title' | 'alias';
}

export interface NameWithin extends NameMatch {
  /** Letters of the text that the name takes. */
  letters: number;
  /** The share of the text that they are. */
  share: number;
  /** The name, folded. */
  folded: string;
}

const MISTYPED_AT_LEAST = 0.86;

/** All names of all series, compared with a shopper's words in every way in which people write and mistake titles. */
export class NameIndex {
  readonly #shelf = new NameShelf();

  put(product: Product): void {
    this.#shelf.put(product.mangaId, namesOf(product));
  }

  remove(mangaId: string): void {
    this.#shelf.remove(mangaId);
  }

  /** Series of which a name begins so, in writing or in sound; each once, in no order. None for an empty beginning. */
  beginningWith(prefix: string): string[] {
    const asked = new AskedName(prefix);
    return [...new Set(this.#shelf.beginningWith(asked).map(({ mangaId }) => mangaId))];
  }

  /** Series that are called exactly this. */
  exactly(text: string): NameMatch[] {
    const asked = new AskedName(text);
    return asked.isEmpty ? [] : bestOf(this.#shelf.same(asked), (name) => (asked.isSameAs(name) ? name.weight : 0));
  }

  /** Series whose name stands somewhere in the text, the longest name first. */
  within(text: string): NameWithin[] {
    const asked = new AskedName(text);
    const longest = new Map<string, NameWithin>();
    for (const { mangaId, name } of this.#shelf.standingIn(asked)) {
      const letters = asked.lettersTakenBy(name);
      const before = longest.get(mangaId);
      const score = name.weight * (0.6 + 0.35 * asked.shareOf(letters));
      if (letters === 0 || letters < (before?.letters ?? 0) || (letters === before?.letters && score <= before.score)) continue;
      longest.set(mangaId, { mangaId, by: name.by, letters, share: asked.shareOf(letters), score, folded: name.folded });
    }
    return [...longest.values()].sort((a, b) => b.letters - a.letters);
  }

  /** Series of which the text is a whole name with hardly a letter wrong: one in eight, two in seventeen. */
  mistyped(text: string): NameMatch[] {
    const asked = new AskedName(text);
    if (asked.isEmpty) return [];
    return bestOf(this.#shelf.nearly(asked), (name) => name.weight * asked.closenessTo(name)).filter(({ score }) => score >= MISTYPED_AT_LEAST);
  }

  /** Series that the text is short for, begins, or misspells, the likeliest first. */
  roughly(text: string): NameMatch[] {
    const asked = new AskedName(text);
    return asked.isEmpty ? [] : bestOf(this.#shelf.resembling(asked), (name) => name.weight * asked.likenessTo(name));
  }
}

function bestOf(names: readonly ShelvedName[], scoreOf: (name: Name) => number): NameMatch[] {
  const best = new Map<string, NameMatch>();
  for (const { mangaId, name } of names) {
    const score = scoreOf(name);
    if (score > (best.get(mangaId)?.score ?? 0)) best.set(mangaId, { mangaId, score, by: name.by });
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}
