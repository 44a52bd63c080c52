import { mostOf } from '../bounds.ts';
import { CatalogueSearch, type CatalogueFacets, type CatalogueHealth, type SearchHit, type SearchQuery, type SimilarityQuery } from '../catalogue-search.ts';
import { answersOf, similarHits, worksOfSameAuthor } from '../answers.ts';
import { explainName } from '../explanation.ts';
import { findAuthor, isSettled, judgeQuestion, type Known } from '../judge-question.ts';
import { findNamedBy, findOneTitle } from '../names/find-titles.ts';
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
/** Below this share of its words and this cosine, a question has nothing to do with a story. */
const LEAST_SHARE = 0.2;
const LEAST_SIMILARITY = 0.3;
/** When hardly a word of the question is found anywhere, its meaning must say more. */
const FEW_WORDS = 0.34;
const LEAST_SIMILARITY_ALONE = 0.45;
const WEIGHTS = { words: 1, meaning: 1, traits: 1.2, genres: 0.2, perhapsNamed: 0.5, rest: 0.4 };

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
    if (mostOf(query.limit) === 0 || !/[\p{L}\p{N}]/u.test(query.text)) return [];
    const asked = understandQuery(query.text);
    if (asked.isForFreeCopies) return [];
    const known = this.#known(asked);
    const judged = judgeQuestion(asked, known);
    const { understood, like, sameAuthor } = judged;
    const wanted = this.#wantedBy(query, judged.isTitle ? undefined : understood);
    if (like !== undefined) return this.#like(like.mangaId, understood.core, wanted, query.limit, signal);
    if (sameAuthor !== undefined) return this.#bySameAuthor(sameAuthor, understood, wanted, query.limit);

    const named = judged.named.filter(({ mangaId }) => this.#has(mangaId, wanted));
    const author = query.author === undefined && named.length === 0 ? findAuthor(this.#shelf.authors, understood) : undefined;
    const stories = isSettled(named, understood) ? new Map<string, number>() : await this.#rankStories(understood, judged.titles, wanted, signal);

    return answersOf({ named, author, stories }, known.get, wanted, { ...query, understood });
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
    return Promise.resolve(products.sort((a, b) => b.volumes - a.volumes || (a.mangaId < b.mangaId ? -1 : 1)).slice(0, mostOf(limit)));
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
    const ranked = [...fuseRankings(rankings)].flatMap(([id, score]) => {
      const product = this.#shelf.get(id);
      return product === undefined ? [] : [[product, score] as const];
    });
    return similarHits(ranked, like, limit);
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

  #known({ core }: UnderstoodQuery): Known {
    const { names, authors, stories } = this.#shelf;
    let isCommon: boolean | undefined;
    return {
      names,
      authors,
      // Worked out when it is asked for: few questions turn on it.
      get isCommon() {
        return (isCommon ??= stories.isCommon(core));
      },
      get: (mangaId) => this.#shelf.get(mangaId),
    };
  }

  #bySameAuthor(match: NameMatch, { sameAuthor }: UnderstoodQuery, wanted: Wanted, limit: number): SearchHit[] {
    const named = this.#shelf.get(match.mangaId);
    if (named === undefined) return [];
    const ids = new Set(named.authors.flatMap(({ name }) => [...this.#shelf.authors.exactly(name)]));
    const works = [...ids].flatMap((mangaId) => this.#shelf.get(mangaId) ?? []).filter(wanted);
    return worksOfSameAuthor(named, match, works, { isForOthers: sameAuthor?.isForOthers ?? false, limit });
  }

  #wantedBy(query: Omit<SimilarityQuery, 'limit'>, understood?: UnderstoodQuery): Wanted {
    const unwanted = new Set([
      ...(understood?.unwanted.flatMap((text) => findNamedBy(this.#shelf.names, text).map(({ mangaId }) => mangaId)) ?? []),
      ...(understood?.unwantedThemes.flatMap((text) => this.#shelf.stories.about(text)) ?? []),
    ]);
    const works = query.author === undefined ? undefined : this.#shelf.authors.find(query.author, true);
    return (product) => !unwanted.has(product.mangaId) && (works === undefined || works.has(product.mangaId)) && isWanted(product, query, understood);
  }

  #isNameOf(mangaId: string, { whole, core }: UnderstoodQuery): boolean {
    return [whole, core].some((text) => findOneTitle(this.#shelf.names, text)?.mangaId === mangaId);
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

/** An empty search in this process. `upsert` fills it: words are found at once, meanings when it resolves. */
export function openEmbeddedCatalogueSearch(options: EmbeddedCatalogueSearchOptions = {}): CatalogueSearch {
  return new EmbeddedCatalogueSearch(options);
}
