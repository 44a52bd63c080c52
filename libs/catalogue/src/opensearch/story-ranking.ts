import type { TextEmbedder } from '../catalogue-search.ts';
import { fuseRankings, type Ranking } from '../embedded/fuse-rankings.ts';
import { rankByTraits } from '../embedded/trait-ranking.ts';
import type { Product } from '../product.ts';
import type { UnderstoodQuery } from '../query/understand-query.ts';
import type { Query } from './find-queries.ts';
import type { OpenSearchConnection } from './opensearch-connection.ts';
import { statusOf } from './opensearch-errors.ts';
import { foundIn, searchManyOf, type SearchAnswer, type SearchMany } from './search-many.ts';
import type { SearchIndex } from './search-index.ts';
import { about } from './story-queries.ts';
import { storyTerms } from './story-terms.ts';

export interface StoryRankingOptions {
  connection: OpenSearchConnection;
  index: SearchIndex;
  alias: string;
  embedder?: TextEmbedder | undefined;
}

export interface StoryQuestion {
  understood: UnderstoodQuery;
  /** Series whose titles the question perhaps names. */
  perhapsNamed: readonly string[];
  filter: readonly Query[];
  /** Whether any story has more than a few of the words. */
  hasWords: boolean;
}

/** The bars and weights of the embedded search. */
const MOST_RANKED = 60;
const LEAST_SHARE = 0.2;
const LEAST_SIMILARITY = 0.3;
const LEAST_SIMILARITY_ALONE = 0.45;
const WEIGHTS = { words: 1, meaning: 1, traits: 1.2, genres: 0.2, perhapsNamed: 0.5, size: 0.2, rest: 0.4 };
const SOURCE = ['product'];

/** Ranks stories by words and meanings: in one hybrid query where the service can, else in two that are joined by rank. */
export class StoryRanking {
  readonly #options: StoryRankingOptions;
  readonly #search: SearchMany;

  constructor(options: StoryRankingOptions) {
    this.#options = options;
    this.#search = searchManyOf(options.connection, options.alias);
  }

  /** What a question is about, as scores of 0 to 1, best first. */
  async of({ understood, perhapsNamed, filter, hasWords }: StoryQuestion, products: Map<string, Product>, signal: AbortSignal): Promise<Map<string, number>> {
    const { core, traits, isOnlyTraits } = understood;
    const isOpen = isOnlyTraits || core === '';
    const share = isOpen ? 0 : LEAST_SHARE;
    const similarity = hasWords ? LEAST_SIMILARITY : LEAST_SIMILARITY_ALONE;
    const vector = await this.#meaningOf(core, signal);
    const words = storyTerms(core).units.length === 0 ? undefined : about(core, share, filter);
    const { isHybrid } = await this.#options.index.state(signal);
    const rankings: Ranking[] = [];
    const joined = isHybrid && !isOpen && vector !== undefined && words !== undefined ? await this.#hybrid(words, near({ vector, filter, similarity }), products, signal) : undefined;
    if (joined !== undefined) {
      rankings.push({ ids: joined, weight: WEIGHTS.words + WEIGHTS.meaning });
    } else {
      const [worded, meant, bySize] = await this.#search(
        [
          { query: words ?? { match_none: {} }, size: MOST_RANKED, _source: SOURCE },
          { query: vector === undefined ? { match_none: {} } : near({ vector, filter, k: MOST_RANKED }), size: MOST_RANKED, _source: SOURCE },
          { query: isOpen ? { bool: { filter } } : { match_none: {} }, sort: [{ volumes: 'desc' }], size: MOST_RANKED, _source: SOURCE },
        ],
        signal,
      );
      const least = isOpen ? -1 : similarity;
      rankings.push({ ids: remember(worded?.hits ?? [], products), weight: WEIGHTS.words });
      rankings.push({ ids: remember((meant?.hits ?? []).filter(({ score }) => cosineOf(score) >= least), products), weight: WEIGHTS.meaning });
      rankings.push({ ids: remember(bySize?.hits ?? [], products), weight: WEIGHTS.size });
    }
    const relevant = new Set(rankings.flatMap(({ ids }) => ids));
    rankings.push({ ids: perhapsNamed.filter((mangaId) => relevant.has(mangaId)), weight: WEIGHTS.perhapsNamed });
    const fused = fuseRankings(rankings);
    for (const [mangaId, score] of fused) {
      const genres = products.get(mangaId)?.genres ?? [];
      const met = traits.genres.filter((genre) => genres.includes(genre)).length / Math.max(1, traits.genres.length);
      fused.set(mangaId, score * (1 + WEIGHTS.genres * met));
    }
    const best = Math.max(...fused.values(), Number.MIN_VALUE);
    return new Map([...fused].map(([mangaId, score]): [string, number] => [mangaId, score / best]).sort((a, b) => b[1] - a[1]));
  }

  /** Series like one, by its vector, by what their entries share, and by the other words of the question. */
  async like(product: Product, meaning: readonly number[] | undefined, rest: string, filter: readonly Query[], products: Map<string, Product>, signal: AbortSignal): Promise<Map<string, number>> {
    const others = [...filter, { bool: { must_not: [{ term: { mangaId: product.mangaId } }] } }];
    const isSameModel = (await this.#options.index.state(signal)).embedding !== null;
    const restVector = rest === '' ? undefined : await this.#meaningOf(rest, signal);
    const none: Query = { match_none: {} };
    const [meant, shared, restMeant, restWorded] = await this.#search(
      [
        { query: meaning === undefined || !isSameModel ? none : near({ vector: meaning, filter: others, k: MOST_RANKED }), size: MOST_RANKED, _source: SOURCE },
        { query: sharing(product, others), size: MOST_RANKED, _source: SOURCE },
        { query: restVector === undefined ? none : near({ vector: restVector, filter: others, k: MOST_RANKED }), size: MOST_RANKED, _source: SOURCE },
        { query: rest === '' ? none : about(rest, LEAST_SHARE, others), size: MOST_RANKED, _source: SOURCE },
      ],
      signal,
    );
    const nearest = remember(meant?.hits ?? [], products);
    remember(shared?.hits ?? [], products);
    return fuseRankings([
      { ids: nearest, weight: WEIGHTS.meaning },
      // OpenSearch finds who shares anything; how much that is worth is the library's own rule.
      { ids: rankByTraits(product, products.values()).slice(0, MOST_RANKED), weight: WEIGHTS.traits },
      { ids: remember((restMeant?.hits ?? []).filter(({ score }) => cosineOf(score) >= LEAST_SIMILARITY), products), weight: WEIGHTS.rest },
      { ids: remember(restWorded?.hits ?? [], products), weight: WEIGHTS.rest },
    ]);
  }

  /** Undefined when the service refuses: k-NN 2.19 forgets the bar of a vector query whose filter it simplifies. */
  async #hybrid(words: Query, meaning: Query, products: Map<string, Product>, signal: AbortSignal): Promise<string[] | undefined> {
    const { connection, alias, index } = this.#options;
    const body = { query: { hybrid: { queries: [words, meaning] } }, size: MOST_RANKED, _source: SOURCE };
    try {
      const answer = await connection.call<SearchAnswer>({ method: 'POST', path: `/${alias}/_search`, query: { search_pipeline: index.pipeline }, body }, signal);
      return remember(foundIn(answer).hits, products);
    } catch (error) {
      if (statusOf(error) === 400) return undefined;
      throw error;
    }
  }

  /** Undefined when the meaning cannot be had, or the index holds meanings of another model. Rejects only when the signal fires. */
  async #meaningOf(text: string, signal: AbortSignal): Promise<readonly number[] | undefined> {
    const { embedder, index } = this.#options;
    if (embedder === undefined || text === '') return undefined;
    if ((await index.state(signal)).embedding !== embedder.version) return undefined;
    try {
      const vector = await embedder.embed(text, signal);
      // A text without a word has no direction to be near to.
      return vector.some((value) => value !== 0) ? Array.from(vector) : undefined;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }
}

interface Nearness {
  vector: readonly number[];
  filter: readonly Query[];
  k?: number;
  /** The least cosine. */
  similarity?: number;
}

function near({ vector, filter, k, similarity }: Nearness): Query {
  const bar = similarity === undefined ? { k } : { min_score: (1 + similarity) / 2 };
  return { knn: { meaning: { vector, ...bar, filter: filter.length === 0 ? { match_all: {} } : { bool: { filter } } } } };
}

/** A `cosinesimil` score is (1 + cosine) / 2. */
function cosineOf(score: number): number {
  return 2 * score - 1;
}

/** Rare themes say more than common ones, which is what a term's score is. */
function sharing({ themes, themesJa, genres, demographic, authors }: Product, filter: readonly Query[]): Query {
  const themeTerms = storyTerms([...themes, ...themesJa].join('\n')).terms;
  return {
    bool: {
      should: [
        ...themeTerms.map((term) => ({ term: { themeTokens: { value: term, boost: 1 } } })),
        ...genres.map((genre) => ({ term: { genres: { value: genre, boost: 1.5 } } })),
        ...(demographic === '' ? [] : [{ constant_score: { filter: { term: { demographic } }, boost: 0.35 } }]),
        { constant_score: { filter: { terms: { authors: authors.map(({ name }) => name) } }, boost: 0.25 } },
      ],
      filter,
    },
  };
}

/** Their ids, best first; with generated ids a series may for a moment be there twice. */
function remember(hits: readonly { product: Product }[], products: Map<string, Product>): string[] {
  for (const { product } of hits) products.set(product.mangaId, product);
  return [...new Set(hits.map(({ product }) => product.mangaId))];
}
