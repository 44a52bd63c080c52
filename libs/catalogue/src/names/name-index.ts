import type { Product } from '../product.ts';
import { AskedName } from './name-likeness.ts';
import { namesOf, type Name } from './name.ts';

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
}

/** All names of all series, compared with a shopper's words in every way in which people write and mistake titles. */
export class NameIndex {
  readonly #names = new Map<string, readonly Name[]>();

  put(product: Product): void {
    this.#names.set(product.mangaId, namesOf(product));
  }

  /** Series that are called exactly this. */
  exactly(text: string): NameMatch[] {
    const asked = new AskedName(text);
    return asked.isEmpty ? [] : this.#best((name) => (asked.isSameAs(name) ? name.weight : 0));
  }

  /** Series whose name stands somewhere in the text, the longest name first. */
  within(text: string): NameWithin[] {
    const asked = new AskedName(text);
    const found: NameWithin[] = [];
    for (const [mangaId, names] of this.#names) {
      let longest: NameWithin | undefined;
      for (const name of names) {
        const letters = asked.lettersTakenBy(name);
        if (letters === 0 || letters < (longest?.letters ?? 0)) continue;
        const share = asked.shareOf(letters);
        longest = { mangaId, by: name.by, letters, share, score: name.weight * (0.6 + 0.35 * share) };
      }
      if (longest !== undefined) found.push(longest);
    }
    return found.sort((a, b) => b.letters - a.letters);
  }

  /** Series that the text is short for, begins, or misspells, the likeliest first. */
  roughly(text: string): NameMatch[] {
    const asked = new AskedName(text);
    return asked.isEmpty ? [] : this.#best((name) => name.weight * asked.likenessTo(name));
  }

  #best(scoreOf: (name: Name) => number): NameMatch[] {
    const matches: NameMatch[] = [];
    for (const [mangaId, names] of this.#names) {
      let best: NameMatch | undefined;
      for (const name of names) {
        const score = scoreOf(name);
        if (score > (best?.score ?? 0)) best = { mangaId, score, by: name.by };
      }
      if (best !== undefined) matches.push(best);
    }
    return matches.sort((a, b) => b.score - a.score);
  }
}
