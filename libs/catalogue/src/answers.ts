import { mostOf } from './bounds.ts';
import type { SearchHit } from './catalogue-search.ts';
import { explainAuthor, explained, explainLikeness } from './explanation.ts';
import { worksInOrder, type Known } from './judge-question.ts';
import type { NameMatch } from './names/name-index.ts';
import { isSameFranchise } from './names/same-franchise.ts';
import type { Product } from './product.ts';
import type { UnderstoodQuery } from './query/understand-query.ts';

export interface Found {
  named: readonly NameMatch[];
  /** How surely each of their series is by who is named. */
  author: ReadonlyMap<string, number> | undefined;
  /** Best first, 0 to 1. */
  stories: ReadonlyMap<string, number>;
}

const BY_AUTHOR = 0.8;
const BY_STORY = 0.6;

/** What is named first, then an author's works or what the stories are about. */
export function answersOf({ named, author, stories }: Found, get: Known['get'], isFine: (product: Product) => boolean, { understood, author: demanded, limit }: { understood: UnderstoodQuery; author?: string | undefined; limit: number }): SearchHit[] {
  const hits = new Map<string, Omit<SearchHit, 'explanation'>>();
  const add = (mangaId: string, score: number, matchedBy: SearchHit['matchedBy']): void => {
    const product = get(mangaId);
    if (product !== undefined && !hits.has(mangaId) && isFine(product)) hits.set(mangaId, { product, score, matchedBy });
  };
  for (const { mangaId, score, by } of named) add(mangaId, score, by);
  if (author !== undefined) for (const mangaId of worksInOrder(author, stories, get)) add(mangaId, BY_AUTHOR, 'author');
  else for (const [mangaId, score] of stories) add(mangaId, BY_STORY * score, demanded === undefined ? 'theme' : 'author');
  // Explained last: finding out why costs more than finding.
  return [...hits.values()].slice(0, mostOf(limit)).map((hit) => ({ ...hit, explanation: explained(hit.matchedBy, hit.product, understood, demanded) }));
}

/** What else the author of a series has made; the series itself only for who asks whose it is. */
export function worksOfSameAuthor(named: Product, match: NameMatch, works: readonly Product[], { isForOthers, limit }: { isForOthers: boolean; limit: number }): SearchHit[] {
  const names = named.authors.map(({ name }) => name);
  const others = works.filter(({ mangaId }) => mangaId !== named.mangaId).sort((a, b) => b.volumes - a.volumes);
  const hits: Omit<SearchHit, 'explanation'>[] = others.map((product) => ({ product, score: BY_AUTHOR, matchedBy: 'author' }));
  if (!isForOthers) hits.unshift({ product: named, score: match.score, matchedBy: match.by });
  return hits.slice(0, mostOf(limit)).map((hit) => ({ ...hit, explanation: explainAuthor(hit.product, names) }));
}

/** Of the same work only the first part, and nothing of the work that they are to resemble: who likes it knows its sequels. */
export function similarHits(ranked: Iterable<readonly [Product, number]>, like: Product, limit: number): SearchHit[] {
  const hits: SearchHit[] = [];
  let best: number | undefined;
  for (const [product, score] of ranked) {
    if (hits.length >= mostOf(limit)) break;
    if (isSameFranchise(product, like) || hits.some((hit) => isSameFranchise(hit.product, product))) continue;
    best ??= score;
    hits.push({ product, score: score / best, matchedBy: 'similar', similarTo: like, explanation: explainLikeness(product, like) });
  }
  return hits;
}
