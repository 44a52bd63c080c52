import { boundedText } from '../bounds.ts';
import { AuthorIndex, withoutHonorific } from '../names/author-index.ts';
import { NameIndex } from '../names/name-index.ts';
import type { Product } from '../product.ts';
import { withoutRequest } from '../query/request-phrases.ts';
import type { UnderstoodQuery } from '../query/understand-query.ts';
import { perhapsBy, perhapsNamed } from './find-queries.ts';
import type { SearchMany } from './search-many.ts';
import { aboutAtLeast, themed } from './story-queries.ts';

/** When hardly a word of the question is found anywhere, its meaning must say more. */
const FEW_WORDS = 0.34;
/** Of so many stories a theme is nobody's name. */
const COMMON = 3;
const MOST_NAMED = 40;
export const MOST_WORKS = 120;

/** What OpenSearch finds for a sentence, for the library's own rules to judge: the same rules as in the embedded search. */
export interface Candidates {
  products: Map<string, Product>;
  /** Only of the series that may be named. */
  names: NameIndex;
  /** Only of the series whose author may be named. */
  authors: AuthorIndex;
  /** Whether the words are what several stories are about. */
  isCommon: boolean;
  /** Whether any story has more than a few of the words. */
  hasWords: boolean;
}

/** One round trip. `author` is a demand beside the sentence. */
export async function findCandidates(search: SearchMany, understood: UnderstoodQuery, author: string | undefined, signal: AbortSignal): Promise<Candidates> {
  const { whole, named: title, titleText, core, quotedTitle, like, sameAuthor, unwanted } = understood;
  const others = [quotedTitle, like, sameAuthor?.title, ...unwanted].filter((text) => text !== undefined);
  const phrases = [...new Set([core, withoutRequest(titleText), ...others])];
  const [named, by, common, worded] = await search(
    [
      { query: perhapsNamed([...new Set([whole, title, ...others])], phrases), size: MOST_NAMED, _source: ['product'] },
      { query: perhapsBy(withoutHonorific(boundedText(author ?? core))), size: MOST_WORKS, _source: ['product'] },
      { query: themed(core), size: 0, track_total_hits: COMMON },
      { query: aboutAtLeast(core, FEW_WORDS), size: 0, track_total_hits: 1 },
    ],
    signal,
  );
  const names = new NameIndex();
  const authors = new AuthorIndex();
  const products = new Map<string, Product>();
  for (const { product } of named?.hits ?? []) {
    if (!products.has(product.mangaId)) names.put(product);
    products.set(product.mangaId, product);
  }
  for (const { product } of by?.hits ?? []) {
    authors.put(product);
    products.set(product.mangaId, product);
  }
  return { products, names, authors, isCommon: (common?.total ?? 0) >= COMMON, hasWords: (worded?.total ?? 0) > 0 };
}

/** Candidates for a text that may be a title and nothing else. */
export async function findNames(search: SearchMany, text: string, signal: AbortSignal): Promise<Pick<Candidates, 'products' | 'names'>> {
  const asked = boundedText(text);
  const [named] = await search([{ query: perhapsNamed([asked], [asked, withoutRequest(asked)]), size: MOST_NAMED, _source: ['product'] }], signal);
  const names = new NameIndex();
  const products = new Map((named?.hits ?? []).map(({ product }) => [product.mangaId, product]));
  for (const product of products.values()) names.put(product);
  return { products, names };
}
