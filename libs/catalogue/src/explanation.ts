import { AuthorIndex } from './names/author-index.ts';
import { AskedName } from './names/name-likeness.ts';
import { namesOf } from './names/name.ts';
import type { Genre, Product } from './product.ts';
import type { UnderstoodQuery } from './query/understand-query.ts';
import { sharedTraits } from './shared-traits.ts';
import { tokensOf } from './text/tokens.ts';

/** What of a series fits the question. */
export type MatchedBy = 'title' | 'alias' | 'author' | 'theme' | 'similar';

/** Why a series was found, as facts: whoever shows it words them in the asker's language. */
export interface Explanation {
  /** The title or nickname that the words are, begin, shorten or misspell. */
  name?: string;
  /** The author whom the words name. */
  author?: string;
  /** Themes that the question asks for, or that a similar series shares; `themesJa` are the same in Japanese. */
  themes: string[];
  themesJa: string[];
  genres: Genre[];
  isSameAuthor: boolean;
  isSameDemographic: boolean;
}

const NOTHING: Explanation = { themes: [], themesJa: [], genres: [], isSameAuthor: false, isSameDemographic: false };

/** Of a hit that was found by its name, its author or its story. */
export function explained(matchedBy: MatchedBy, product: Product, understood: UnderstoodQuery, demandedAuthor: string | undefined): Explanation {
  switch (matchedBy) {
    case 'title':
    case 'alias':
      return explainName(product, understood);
    case 'author':
      return explainAuthor(product, namedAuthors(product, demandedAuthor ?? understood.core));
    default:
      return explainStory(product, understood);
  }
}

export function explainName(product: Product, { core, whole }: UnderstoodQuery): Explanation {
  const names = [product.titleJa, product.titleEn, product.titleRomaji, product.titleKana, ...product.aliases].filter((name) => name !== '');
  const asked = [...new Set([core, whole])].filter((text) => text !== '').map((text) => new AskedName(text));
  let best: { name: string; score: number } | undefined;
  for (const name of new Set(names)) {
    const score = Math.max(0, ...asked.map((text) => likeness(text, name)));
    if (score > (best?.score ?? 0)) best = { name, score };
  }
  return { ...NOTHING, ...(best !== undefined && { name: best.name }) };
}

/** Of one spelling of a title alone, with the parts that stand for it. */
function likeness(asked: AskedName, name: string): number {
  const forms = namesOf({ ...BLANK, titleJa: name });
  return Math.max(0, ...forms.map((form) => (asked.isSameAs(form) ? 1 : Math.max(asked.likenessTo(form), asked.shareOf(asked.lettersTakenBy(form))) * form.weight)));
}

/** Of a hit that was found by one of these authors. */
export function explainAuthor(product: Product, names: readonly string[]): Explanation {
  const author = product.authors.find(({ name }) => names.includes(name));
  return { ...NOTHING, ...(author !== undefined && { author: author.name }) };
}

function namedAuthors(product: Product, text: string): string[] {
  const named = product.authors.filter((one) => {
    const index = new AuthorIndex();
    index.put({ ...product, authors: [one] });
    return index.find(text, true).size > 0;
  });
  return named.map(({ name }) => name);
}

function explainStory(product: Product, { core, traits }: UnderstoodQuery): Explanation {
  const asked = new Set(tokensOf(core));
  const isAskedFor = (theme: string): boolean => tokensOf(theme).some((token) => asked.has(token));
  const met = product.themes.flatMap((theme, index) => {
    const themeJa = product.themesJa[index] ?? theme;
    return isAskedFor(theme) || isAskedFor(themeJa) ? [{ theme, themeJa }] : [];
  });
  return {
    ...NOTHING,
    themes: met.map(({ theme }) => theme),
    themesJa: met.map(({ themeJa }) => themeJa),
    genres: traits.genres.filter((genre) => product.genres.includes(genre)),
    isSameDemographic: traits.demographic !== undefined && traits.demographic === product.demographic,
  };
}

export function explainLikeness(product: Product, like: Product): Explanation {
  return sharedTraits(like, product);
}

const BLANK: Product = {
  mangaId: '', titleEn: '', titleJa: '', titleKana: '', titleRomaji: '', aliases: [], authors: [], publisher: '', startYear: 0, endYear: null, status: '', volumes: 0,
  demographic: '', genres: [], themes: [], themesJa: [], contentFlags: [], synopsisEn: '', synopsisJa: '', priceJpy: null, stock: [],
};
