import { CatalogueSearch, type CatalogueFacets, type CatalogueHealth, type SearchHit, type SearchQuery, type SimilarityQuery } from '../catalogue-search.ts';
import { explained, explainLikeness, explainName } from '../explanation.ts';
import { findNamedBy, findOneTitle, findTitles, findWholeTitles, PLAINLY_NAMED, PROBABLY_NAMED } from '../names/find-titles.ts';
import type { NameMatch } from '../names/name-index.ts';
import type { Product } from '../product.ts';
import { understandQuery, type UnderstoodQuery } from '../query/understand-query.ts';
import { CatalogueShelf, type CatalogueShelfOptions } from './catalogue-shelf.ts';
import { facetsOf } from './facets.ts';
import { fuseRankings, type Ranking } from './fuse-rankings.ts';
import { isWanted } from './wanted.ts';

export type EmbeddedCatalogueSearchOptions = CatalogueShelfOptions;

type Wanted = (product: Product) => boolean;

/** Beyond these places a ranking says nothing. */
const MOST_RANKED = 60;
/** All of an author's name, or all but a letter of it. */
const AUTHOR_NAMED = 0.75;
/** Below this share of its words and this cosine, a question has nothing to do with a story. */
const LEAST_SHARE = 0.2;
const LEAST_SIMILARITY = 0.3;
/** When hardly a word of the question is found anywhere, its meaning must say more. */
const FEW_WORDS = 0.34;
const LEAST_SIMILARITY_ALONE = 0.45;
const WEIGHTS = { words: 1, meaning: 1, traits: 0.8, genres: 0.4, perhapsNamed: 0.5, rest: 0.4 };

/**
 * The catalogue in memory: names first, then words (MiniSearch) and meanings (vectors) joined by
 * reciprocal rank fusion. For one shop's shelf in one process.
 */
class EmbeddedCatalogueSearch extends CatalogueSearch {
  readonly #shelf: CatalogueShelf;

  constructor(options: EmbeddedCatalogueSearchOptions) {
    super();
    this.#shelf = new CatalogueShelf(options);
  }

  async search(query: SearchQuery, signal: AbortSignal): Promise<readonly SearchHit[]> {
    signal.throwIfAborted();
    if (!/[\p{L}\p{N}]/u.test(query.text)) return [];
    const understood = understandQuery(query.text);
    if (understood.isForFreeCopies) return [];
    const titles = this.#bySureness(findTitles(this.#shelf.names, understood));
    const isTitle = findWholeTitles(this.#shelf.names, understood).length > 0;
    const like = understood.like === undefined || isPlain(titles[0], understood.whole) ? undefined : findOneTitle(this.#shelf.names, understood.like);
    const wanted = this.#wantedBy(query, isTitle ? undefined : understood);
    if (like !== undefined) return this.#like(like.mangaId, understood.core, wanted, query.limit, signal);

    const leastSure = this.#shelf.stories.isCommon(understood.core) ? PLAINLY_NAMED : PROBABLY_NAMED;
    // 暁月あきら is an author, though AKIRA stands in the name.
    const isAuthor = !isTitle && this.#shelf.authors.exactly(understood.core).size > 0;
    const named = isAuthor ? [] : titles.filter(({ mangaId, score }) => score >= leastSure && this.#has(mangaId, wanted));
    const author = query.author === undefined && named.length === 0 ? this.#authorIn(understood) : undefined;
    const isPlainlyNamed = (named[0]?.score ?? 0) >= PLAINLY_NAMED;
    const isSettled = isPlainlyNamed || understood.quotedTitle !== undefined;
    const stories = isSettled ? new Map<string, number>() : await this.#rankStories(understood, titles, wanted, signal);

    const hits = new Map<string, Omit<SearchHit, 'explanation'>>();
    const add = (mangaId: string, score: number, matchedBy: SearchHit['matchedBy']): void => {
      const product = this.#shelf.get(mangaId);
      if (product !== undefined && !hits.has(mangaId) && wanted(product)) hits.set(mangaId, { product, score, matchedBy });
    };
    for (const { mangaId, score, by } of named) add(mangaId, score, by);
    if (author !== undefined) for (const mangaId of this.#worksOf(author, stories)) add(mangaId, 0.8, 'author');
    else for (const [mangaId, score] of stories) add(mangaId, 0.6 * score, query.author === undefined ? 'theme' : 'author');
    // Explained last: finding out why costs more than finding.
    return [...hits.values()].slice(0, query.limit).map((hit) => ({ ...hit, explanation: explained(hit.matchedBy, hit.product, understood, query) }));
  }

  async resolveTitle(text: string, signal: AbortSignal): Promise<SearchHit | undefined> {
    signal.throwIfAborted();
    const match = findOneTitle(this.#shelf.names, text);
    const product = match && this.#shelf.get(match.mangaId);
    return match && product && { product, score: match.score, matchedBy: match.by, explanation: explainName(product, understandQuery(text)) };
  }

  async similarTo(mangaId: string, query: SimilarityQuery, signal: AbortSignal): Promise<readonly SearchHit[]> {
    signal.throwIfAborted();
    const understood = query.text === undefined ? undefined : understandQuery(query.text);
    // Models repeat the title as the text.
    const rest = understood === undefined || this.#isNameOf(mangaId, understood) ? '' : understood.core;
    return this.#like(mangaId, rest, this.#wantedBy(query, understood), query.limit, signal);
  }

  upsert(products: readonly Product[], signal: AbortSignal): Promise<void> {
    return this.#shelf.put(products, signal);
  }

  delete(mangaIds: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (const mangaId of mangaIds) this.#shelf.delete(mangaId);
    return Promise.resolve();
  }

  facets(query: Omit<SimilarityQuery, 'limit'>, signal: AbortSignal): Promise<CatalogueFacets> {
    signal.throwIfAborted();
    const wanted = this.#wantedBy(query, query.text === undefined ? undefined : understandQuery(query.text));
    return Promise.resolve(facetsOf([...this.#shelf.products].filter(wanted)));
  }

  suggest(prefix: string, limit: number, signal: AbortSignal): Promise<readonly Product[]> {
    signal.throwIfAborted();
    const products = this.#shelf.names.beginningWith(prefix).flatMap((mangaId) => this.#shelf.get(mangaId) ?? []);
    return Promise.resolve(products.sort((a, b) => b.volumes - a.volumes || (a.mangaId < b.mangaId ? -1 : 1)).slice(0, limit));
  }

  health(): Promise<CatalogueHealth> {
    return Promise.resolve({ isReachable: this.#shelf.size > 0, series: this.#shelf.size, embedding: this.#shelf.vectors.version });
  }

  isReachable(): Promise<boolean> {
    return Promise.resolve(this.#shelf.size > 0);
  }

  close(): Promise<void> {
    return this.#shelf.close();
  }

  /** Series like one: by meaning and by what their entries share, and by the other words of the question. */
  async #like(mangaId: string, rest: string, wanted: Wanted, limit: number, signal: AbortSignal): Promise<SearchHit[]> {
    const like = this.#shelf.get(mangaId);
    if (like === undefined) return [];
    const fits = (id: string): boolean => id !== mangaId && this.#has(id, wanted);
    const rankings = [
      { ids: this.#shelf.vectors.nearTo(mangaId)?.nearest(MOST_RANKED, fits) ?? [], weight: WEIGHTS.meaning },
      { ids: this.#shelf.traits.rank(like, MOST_RANKED, fits), weight: WEIGHTS.traits },
    ];
    if (rest !== '') {
      const near = await this.#shelf.vectors.near(rest, signal);
      const nearRest = near?.nearest(MOST_RANKED, fits).filter((id) => (near.similarityOf(id) ?? -1) >= LEAST_SIMILARITY) ?? [];
      rankings.push({ ids: nearRest, weight: WEIGHTS.rest });
      const words = this.#shelf.stories.search(rest).filter(({ share }) => share >= LEAST_SHARE).map((match) => match.mangaId);
      rankings.push({ ids: firstOf(words, fits), weight: WEIGHTS.rest });
    }
    const fused = fuseRankings(rankings);
    return toHits([...fused].slice(0, limit), this.#shelf, like);
  }

  /** What a question is about, as scores of 0 to 1, best first. */
  async #rankStories({ core, traits, isOnlyTraits }: UnderstoodQuery, titles: readonly NameMatch[], wanted: Wanted, signal: AbortSignal): Promise<Map<string, number>> {
    const words = this.#shelf.stories.search(core);
    const near = await this.#shelf.vectors.near(core, signal);
    const shares = new Map(words.map(({ mangaId, share }) => [mangaId, share]));
    const leastSimilarity = words.some(({ share }) => share >= FEW_WORDS) ? LEAST_SIMILARITY : LEAST_SIMILARITY_ALONE;
    const isRelevant = (mangaId: string): boolean =>
      core === '' || isOnlyTraits || (shares.get(mangaId) ?? 0) >= LEAST_SHARE || (near?.similarityOf(mangaId) ?? -1) >= leastSimilarity;
    const fits = (mangaId: string): boolean => isRelevant(mangaId) && this.#has(mangaId, wanted);
    const rankings: Ranking[] = [
      { ids: firstOf(words.map(({ mangaId }) => mangaId), fits), weight: WEIGHTS.words },
      { ids: near?.nearest(MOST_RANKED, fits) ?? [], weight: WEIGHTS.meaning },
      { ids: firstOf(titles.map(({ mangaId }) => mangaId), fits), weight: WEIGHTS.perhapsNamed },
    ];
    if (isOnlyTraits || core === '') rankings.push({ ids: firstOf(this.#shelf.longestFirst(), fits), weight: 0.2 });
    const fused = fuseRankings(rankings);
    for (const [mangaId, score] of fused) {
      const genres = this.#shelf.get(mangaId)?.genres ?? [];
      const met = traits.genres.filter((genre) => genres.includes(genre)).length / Math.max(1, traits.genres.length);
      fused.set(mangaId, score * (1 + WEIGHTS.genres * met));
    }
    const best = Math.max(...fused.values(), Number.MIN_VALUE);
    return new Map([...fused].map(([mangaId, score]): [string, number] => [mangaId, score / best]).sort((a, b) => b[1] - a[1]));
  }

  /** The author whom the words name; the family name alone counts when nothing else is asked. */
  #authorIn({ core, traits }: UnderstoodQuery): ReadonlyMap<string, number> | undefined {
    const found = this.#shelf.authors.find(core);
    const best = Math.max(0, ...found.values());
    if (best < (traits.genres.length > 0 ? AUTHOR_NAMED : 0.6)) return undefined;
    return new Map([...found].filter(([, score]) => score >= Math.min(best, AUTHOR_NAMED)));
  }

  /** An author's series: those that the rest of the question fits first, then the longest. */
  #worksOf(author: ReadonlyMap<string, number>, stories: ReadonlyMap<string, number>): string[] {
    const volumesOf = (mangaId: string): number => this.#shelf.get(mangaId)?.volumes ?? 0;
    return [...author.keys()].sort((a, b) => (author.get(b) ?? 0) - (author.get(a) ?? 0) || (stories.get(b) ?? 0) - (stories.get(a) ?? 0) || volumesOf(b) - volumesOf(a));
  }

  #wantedBy(query: Omit<SimilarityQuery, 'limit'>, understood?: UnderstoodQuery): Wanted {
    const unwanted = new Set(understood?.unwanted.flatMap((text) => findNamedBy(this.#shelf.names, text)).map(({ mangaId }) => mangaId));
    const works = query.author === undefined ? undefined : this.#shelf.authors.find(query.author, true);
    return (product) => !unwanted.has(product.mangaId) && (works === undefined || works.has(product.mangaId)) && isWanted(product, query, understood);
  }

  #isNameOf(mangaId: string, { whole, core }: UnderstoodQuery): boolean {
    return [whole, core].some((text) => findOneTitle(this.#shelf.names, text)?.mangaId === mangaId);
  }

  #bySureness(matches: readonly NameMatch[]): NameMatch[] {
    const volumesOf = ({ mangaId }: NameMatch): number => this.#shelf.get(mangaId)?.volumes ?? 0;
    // Of two that are called the same, more people mean the longer one.
    return matches.toSorted((a, b) => b.score - a.score || volumesOf(b) - volumesOf(a));
  }

  #has(mangaId: string, wanted: Wanted): boolean {
    const product = this.#shelf.get(mangaId);
    return product !== undefined && wanted(product);
  }
}

/** As many as a ranking says something of. */
function firstOf(ids: readonly string[], fits: (mangaId: string) => boolean): string[] {
  const first: string[] = [];
  for (const id of ids) {
    if (first.length === MOST_RANKED) break;
    if (fits(id)) first.push(id);
  }
  return first;
}

/** A question that is a title and nothing else, even one with "like" in it. */
function isPlain(best: NameMatch | undefined, whole: string): boolean {
  return best !== undefined && best.score >= 0.95 && whole.length < 60;
}

function toHits(scored: readonly (readonly [string, number])[], shelf: CatalogueShelf, similarTo: Product): SearchHit[] {
  const best = scored[0]?.[1] ?? 1;
  return scored.flatMap(([mangaId, score]) => {
    const product = shelf.get(mangaId);
    return product === undefined ? [] : [{ product, score: score / best, matchedBy: 'similar' as const, similarTo, explanation: explainLikeness(product, similarTo) }];
  });
}

/** An empty search in this process. `upsert` fills it: words are found at once, meanings when it resolves. */
export function openEmbeddedCatalogueSearch(options: EmbeddedCatalogueSearchOptions = {}): CatalogueSearch {
  return new EmbeddedCatalogueSearch(options);
}
