import MiniSearch from 'minisearch';
import type { Product } from '../product.ts';
import { wordsForTheme } from '../text/theme-glossary.ts';
import { tokensOf } from '../text/tokens.ts';

const BOOSTS = { titles: 1.5, themes: 3, genres: 1.2, synopsis: 1, glossary: 1.5 };
/** The first words of a question say what it is about, and each costs time. */
const MOST_TERMS = 60;
/** Of so many stories a theme is nobody's name. */
const COMMON = 3;

/**
 * MiniSearch keeps terms in a tree and looks at every branch of a knot in turn. Of letters there are few; of kanji
 * thousands would hang on one knot, so they are spelled out in hexadecimal digits.
 */
const spelled = (term: string): string => (LATIN.test(term) ? term : `#${Array.from({ length: term.length }, (_, at) => term.charCodeAt(at).toString(16).padStart(4, '0')).join('')}`);
const LATIN = /^[\x20-\x7e]*$/;

const OPTIONS = { fields: Object.keys(BOOSTS), tokenize: (text: string) => tokensOf(text).map(spelled), processTerm: (term: string) => term };

interface Story {
  id: string;
  titles: string;
  themes: string;
  genres: string;
  synopsis: string;
  /** Other words for the themes. */
  glossary: string;
}

export interface StoryMatch {
  mangaId: string;
  /** 0 to 1: how many of the question's words were found. */
  share: number;
}

/** What series are about, in the words of either language. */
export class StoryIndex {
  #index = new MiniSearch<Story>(OPTIONS);

  /** In place of everything: an index that wrote itself. Throws when it cannot be read. */
  restore(written: string): void {
    this.#index = MiniSearch.loadJSON<Story>(written, OPTIONS);
  }

  write(): string {
    return JSON.stringify(this.#index);
  }

  has(mangaId: string): boolean {
    return this.#index.has(mangaId);
  }

  put(product: Product): void {
    const story: Story = {
      id: product.mangaId,
      titles: [product.titleJa, product.titleEn, product.titleRomaji, ...product.aliases].join('\n'),
      themes: [...product.themes, ...product.themesJa].join('\n'),
      genres: [...product.genres, product.demographic].join('\n'),
      synopsis: `${product.synopsisEn}\n${product.synopsisJa}`,
      glossary: product.themes.map(wordsForTheme).join('\n'),
    };
    if (this.#index.has(story.id)) this.#index.replace(story);
    else this.#index.add(story);
  }

  remove(mangaId: string): void {
    if (this.#index.has(mangaId)) this.#index.discard(mangaId);
  }

  /** Whether the words are what several stories are about: "vampire" asks for vampires before it is short for a title. */
  isCommon(text: string): boolean {
    return this.about(text).length >= COMMON;
  }

  /** Series of which all the words are a theme or a genre. */
  about(text: string): string[] {
    const terms = tokensOf(text).filter((term) => !isPair(term)).map(spelled);
    if (terms.length === 0) return [];
    return this.#index.search(terms.join(' '), { tokenize: () => terms, fields: ['themes', 'genres'], combineWith: 'AND' }).map(({ id }) => String(id));
  }

  /** Best first. */
  search(text: string): StoryMatch[] {
    const terms = [...new Set(tokensOf(text))].slice(0, MOST_TERMS);
    if (terms.length === 0) return [];
    const words = terms.filter((term) => !isPair(term));
    const units = (words.length > 0 ? words : terms).map(spelled);
    const found = this.#index.search(text, {
      tokenize: () => terms.map(spelled),
      boost: BOOSTS,
      // Pairs of characters help a compound to be found; they do not weigh as much as a word.
      boostTerm: (_, at) => (isPair(terms[at] ?? '') ? 0.5 : 1),
      prefix: (_, at) => !isPair(terms[at] ?? '') && (terms[at] ?? '').length >= 5,
      fuzzy: (_, at) => (/^[a-z]{6,}$/.test(terms[at] ?? '') ? 1 : false),
      weights: { fuzzy: 0.3, prefix: 0.5 },
    });
    return found.map(({ id, queryTerms }) => {
      let met = 0;
      for (const unit of units) if (queryTerms.includes(unit)) met++;
      return { mangaId: String(id), share: met / units.length };
    });
  }
}

function isPair(term: string): boolean {
  return term.startsWith('_');
}
