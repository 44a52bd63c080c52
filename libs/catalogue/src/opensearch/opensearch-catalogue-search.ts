import { CatalogueSearch, type CatalogueFacets, type CatalogueHealth, type SearchHit, type SearchQuery, type SimilarityQuery, type TextEmbedder } from '../catalogue-search.ts';
import { isWanted } from '../embedded/wanted.ts';
import { findNamedBy, findOneTitle, findTitles, findWholeTitles, PLAINLY_NAMED, PROBABLY_NAMED } from '../names/find-titles.ts';
import { explained, explainLikeness, explainName } from '../explanation.ts';
import type { NameMatch } from '../names/name-index.ts';
import type { Product } from '../product.ts';
import { understandQuery, type UnderstoodQuery } from '../query/understand-query.ts';
import { findCandidates, findNames, type Candidates } from './candidates.ts';
import { facetsOf, suggestions } from './catalogue-overview.ts';
import { OpenSearchConnection } from './opensearch-connection.ts';
import { toSearchError } from './opensearch-errors.ts';
import { SearchIndex, type IndexState } from './search-index.ts';
import { searchManyOf, type SearchMany } from './search-many.ts';
import { SeriesWriter } from './series-writer.ts';
import { profileOf, type OpenSearchService, type ServiceProfile } from './service-profile.ts';
import { StoryRanking } from './story-ranking.ts';
import { wantedFilter } from './wanted-filter.ts';

export interface OpenSearchCatalogueSearchOptions extends Partial<ServiceProfile> {
  /** Where OpenSearch answers. */
  url: string;
  /** The alias that is searched; indices behind it are called `<index>-v<definition>-<time>`. */
  index?: string;
  service?: OpenSearchService;
  /** For signed requests. */
  region?: string;
  /** Without one, or while it fails, the search goes by words. */
  embedder?: TextEmbedder | undefined;
  /** Of the embedder's vectors. */
  dimensions?: number;
  /** Of one call of OpenSearch, in milliseconds; a search makes two or three. */
  timeoutMs?: number;
}

export interface OpenSearchHealth extends IndexState, CatalogueHealth {}

/** All of an author's name, or all but a letter of it. */
const AUTHOR_NAMED = 0.75;

/** The catalogue in OpenSearch. It finds candidates; who is named and what is wanted is judged by the library's own rules. */
export class OpenSearchCatalogueSearch extends CatalogueSearch {
  readonly #connection: OpenSearchConnection;
  readonly #index: SearchIndex;
  readonly #writer: SeriesWriter;
  readonly #stories: StoryRanking;
  readonly #search: SearchMany;
  readonly alias: string;
  /** What was put while the index is being replaced, to be put again afterwards. */
  #meanwhile: Map<string, Product | undefined> | undefined;

  constructor({ url, index: alias = 'catalogue', service = 'domain', region, embedder, dimensions = 256, timeoutMs = 1_500, ...changes }: OpenSearchCatalogueSearchOptions) {
    super();
    const profile = profileOf(service, changes);
    const connection = new OpenSearchConnection({ url, timeoutMs, profile, ...(region !== undefined && { region }) });
    this.alias = alias;
    this.#connection = connection;
    this.#index = new SearchIndex({ connection, profile, alias, embedding: embedder?.version ?? null, dimensions });
    this.#writer = new SeriesWriter({ connection, profile, embedder });
    this.#stories = new StoryRanking({ connection, index: this.#index, alias, embedder });
    this.#search = searchManyOf(connection, alias);
  }

  async search(query: SearchQuery, signal: AbortSignal): Promise<readonly SearchHit[]> {
    signal.throwIfAborted();
    if (!/[\p{L}\p{N}]/u.test(query.text)) return [];
    const understood = understandQuery(query.text);
    if (understood.isForFreeCopies) return [];
    const found = await findCandidates(this.#search, understood, query.author, signal);
    const { names, products, isCommon } = found;
    const isTitle = findWholeTitles(names, understood).length > 0;
    const titles = bySureness(findTitles(names, understood), products);
    const like = understood.like === undefined || isPlain(titles[0], understood.whole) ? undefined : findOneTitle(names, understood.like);
    const demands = this.#demands(query, isTitle ? undefined : understood, found);
    if (like !== undefined) return this.#like(like.mangaId, understood.core, demands, query.limit, signal);

    const leastSure = isCommon ? PLAINLY_NAMED : PROBABLY_NAMED;
    const isFine = (mangaId: string): boolean => demands.isWanted(products.get(mangaId));
    const isAuthor = !isTitle && found.authors.exactly(understood.core).size > 0;
    const named = isAuthor ? [] : titles.filter(({ mangaId, score }) => score >= leastSure && isFine(mangaId));
    const author = query.author === undefined && named.length === 0 ? authorIn(found, understood) : undefined;
    const isSettled = (named[0]?.score ?? 0) >= PLAINLY_NAMED || understood.quotedTitle !== undefined;
    const question = { understood, perhapsNamed: titles.map(({ mangaId }) => mangaId), filter: demands.filter, hasWords: found.hasWords };
    const stories = isSettled ? new Map<string, number>() : await this.#stories.of(question, products, signal);

    const hits = new Map<string, Omit<SearchHit, 'explanation'>>();
    const add = (mangaId: string, score: number, matchedBy: SearchHit['matchedBy']): void => {
      const product = products.get(mangaId);
      if (product !== undefined && !hits.has(mangaId) && isFine(mangaId)) hits.set(mangaId, { product, score, matchedBy });
    };
    for (const { mangaId, score, by } of named) add(mangaId, score, by);
    if (author !== undefined) for (const mangaId of worksOf(author, stories, products)) add(mangaId, 0.8, 'author');
    else for (const [mangaId, score] of stories) add(mangaId, 0.6 * score, query.author === undefined ? 'theme' : 'author');
    // Explained last: finding out why costs more than finding.
    return [...hits.values()].slice(0, query.limit).map((hit) => ({ ...hit, explanation: explained(hit.matchedBy, hit.product, understood, query) }));
  }

  async resolveTitle(text: string, signal: AbortSignal): Promise<SearchHit | undefined> {
    const { names, products } = await findNames(this.#search, text, signal);
    const match = findOneTitle(names, text);
    const product = match && products.get(match.mangaId);
    return match && product && { product, score: match.score, matchedBy: match.by, explanation: explainName(product, understandQuery(text)) };
  }

  async similarTo(mangaId: string, query: SimilarityQuery, signal: AbortSignal): Promise<readonly SearchHit[]> {
    const understood = understandQuery(query.text ?? '');
    const found = await findCandidates(this.#search, understood, query.author, signal);
    // Models repeat the title as the text.
    const isItsName = [understood.whole, understood.core].some((text) => findOneTitle(found.names, text)?.mangaId === mangaId);
    const demands = this.#demands(query, query.text === undefined ? undefined : understood, found);
    return this.#like(mangaId, isItsName ? '' : understood.core, demands, query.limit, signal);
  }

  async upsert(products: readonly Product[], signal: AbortSignal): Promise<void> {
    for (const product of products) this.#meanwhile?.set(product.mangaId, product);
    this.#index.assertSameModel(await this.#index.ensured(signal));
    await this.#writer.put(this.alias, products, signal);
  }

  /** Takes series out; unknown ids change nothing. */
  async delete(mangaIds: readonly string[], signal: AbortSignal): Promise<void> {
    for (const mangaId of mangaIds) this.#meanwhile?.set(mangaId, undefined);
    if (mangaIds.length > 0) await this.#writer.delete(this.alias, mangaIds, signal);
  }

  /** What there is of each kind among the series that meet the demands; the text is not searched for, but its demands count. */
  async facets(query: Omit<SimilarityQuery, 'limit'>, signal: AbortSignal): Promise<CatalogueFacets> {
    const understood = understandQuery(query.text ?? '');
    const found = await findCandidates(this.#search, understood, query.author, signal);
    const { filter } = this.#demands(query, query.text === undefined ? undefined : understood, found);
    return facetsOf(this.#connection, this.alias, filter, signal);
  }

  /** Series of which a name begins so, in any script: for completing what a shopper types. */
  suggest(prefix: string, limit: number, signal: AbortSignal): Promise<Product[]> {
    return suggestions(this.#connection, this.alias, prefix, limit, signal);
  }

  /** True when the index is there and has series. */
  async isReachable(signal: AbortSignal): Promise<boolean> {
    return (await this.health(signal)).series > 0;
  }

  /** How the index stands; `isReachable` is false, and the rest nothing, when it cannot be asked. */
  async health(signal: AbortSignal): Promise<OpenSearchHealth> {
    try {
      const { count } = await this.#connection.call<{ count: number }>({ method: 'GET', path: `/${this.alias}/_count` }, signal);
      return { isReachable: true, series: count, ...(await this.#index.state(signal)) };
    } catch {
      return { isReachable: false, series: 0, embedding: null, isHybrid: false };
    }
  }

  /**
   * Builds the index anew from all series, and lets the alias mean it when it is full: searches go on meanwhile. Vectors of the
   * same model are taken over. What this process puts meanwhile is put again; other processes had better wait.
   */
  async reindex(pages: AsyncIterable<readonly Product[]>, signal: AbortSignal, onProgress: (count: number) => void = () => {}): Promise<number> {
    await this.#index.ensured(signal);
    const fresh = await this.#index.create(signal);
    this.#meanwhile = new Map();
    let count = 0;
    try {
      for await (const products of pages) {
        await this.#writer.put(fresh, products, signal, this.alias);
        onProgress((count += products.length));
      }
      const before = await this.#index.pointTo(fresh, signal);
      const changed = [...this.#meanwhile.values()].filter((product) => product !== undefined);
      await this.#writer.put(this.alias, changed, signal);
      const gone = [...this.#meanwhile].filter(([, product]) => product === undefined).map(([mangaId]) => mangaId);
      if (gone.length > 0) await this.#writer.delete(this.alias, gone, signal);
      await this.#index.drop(before, signal);
      return count;
    } catch (error) {
      // What was searched until now stays what is searched.
      await this.#index.drop([fresh], AbortSignal.timeout(5_000)).catch(() => {});
      throw error;
    } finally {
      this.#meanwhile = undefined;
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #like(mangaId: string, rest: string, demands: Demands, limit: number, signal: AbortSignal): Promise<SearchHit[]> {
    const [found] = await this.#search([{ query: { term: { mangaId } }, size: 1, _source: ['product', 'meaning'] }], signal);
    const like = found?.hits[0];
    if (like === undefined) return [];
    const products = new Map<string, Product>();
    const fused = await this.#stories.like(like.product, like.meaning, rest, demands.filter, products, signal);
    const best = [...fused.values()][0] ?? 1;
    const hits = [...fused].flatMap(([id, score]) => {
      const product = products.get(id);
      return product === undefined || !demands.isWanted(product) ? [] : [{ product, score: score / best, matchedBy: 'similar' as const, similarTo: like.product, explanation: explainLikeness(product, like.product) }];
    });
    return hits.slice(0, limit);
  }

  #demands(query: Omit<SimilarityQuery, 'limit'>, understood: UnderstoodQuery | undefined, { names, authors }: Candidates): Demands {
    const unwanted = (understood?.unwanted ?? []).flatMap((text) => findNamedBy(names, text)).map(({ mangaId }) => mangaId);
    const works = query.author === undefined ? undefined : [...authors.find(query.author, true).keys()];
    return {
      filter: wantedFilter({ query, understood, unwanted, works }),
      isWanted: (product) => product !== undefined && !unwanted.includes(product.mangaId) && works?.includes(product.mangaId) !== false && isWanted(product, query, understood),
    };
  }
}

/** What every hit must be: as a filter for OpenSearch, and by the library's own rule for what came by name. */
interface Demands {
  filter: Record<string, unknown>[];
  isWanted(product: Product | undefined): boolean;
}

/** A question that is a title and nothing else, even one with "like" in it. */
function isPlain(best: NameMatch | undefined, whole: string): boolean {
  return best !== undefined && best.score >= 0.95 && whole.length < 60;
}

function bySureness(matches: readonly NameMatch[], products: ReadonlyMap<string, Product>): NameMatch[] {
  const volumesOf = ({ mangaId }: NameMatch): number => products.get(mangaId)?.volumes ?? 0;
  return matches.toSorted((a, b) => b.score - a.score || volumesOf(b) - volumesOf(a));
}

/** The author whom the words name; the family name alone counts when nothing else is asked. */
function authorIn({ authors }: Candidates, { core, traits }: UnderstoodQuery): ReadonlyMap<string, number> | undefined {
  const found = authors.find(core);
  const best = Math.max(0, ...found.values());
  if (best < (traits.genres.length > 0 ? AUTHOR_NAMED : 0.6)) return undefined;
  return new Map([...found].filter(([, score]) => score >= Math.min(best, AUTHOR_NAMED)));
}

/** An author's series: those that the rest of the question fits first, then the longest. */
function worksOf(author: ReadonlyMap<string, number>, stories: ReadonlyMap<string, number>, products: ReadonlyMap<string, Product>): string[] {
  const volumesOf = (mangaId: string): number => products.get(mangaId)?.volumes ?? 0;
  return [...author.keys()].sort((a, b) => (author.get(b) ?? 0) - (author.get(a) ?? 0) || (stories.get(b) ?? 0) - (stories.get(a) ?? 0) || volumesOf(b) - volumesOf(a));
}

/** A search over OpenSearch. `upsert` makes the index when there is none. */
export function openOpenSearchCatalogueSearch(options: OpenSearchCatalogueSearchOptions): OpenSearchCatalogueSearch {
  try {
    return new OpenSearchCatalogueSearch(options);
  } catch (error) {
    throw toSearchError(error);
  }
}
