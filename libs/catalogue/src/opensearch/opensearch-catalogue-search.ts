import { mostOf } from '../bounds.ts';
import { CatalogueSearch, type CatalogueFacets, type CatalogueHealth, type SearchHit, type SearchQuery, type SimilarityQuery, type TextEmbedder } from '../catalogue-search.ts';
import { isAbout, isWanted } from '../embedded/wanted.ts';
import { answersOf, similarHits, worksOfSameAuthor } from '../answers.ts';
import { explainName } from '../explanation.ts';
import { findAuthor, isSettled, judgeQuestion } from '../judge-question.ts';
import { findNamedBy, findOneTitle } from '../names/find-titles.ts';
import type { NameMatch } from '../names/name-index.ts';
import type { Product } from '../product.ts';
import { understandQuery, type UnderstoodQuery } from '../query/understand-query.ts';
import { findCandidates, findNames, MOST_WORKS, type Candidates } from './candidates.ts';
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
    if (mostOf(query.limit) === 0 || !/[\p{L}\p{N}]/u.test(query.text)) return [];
    const asked = understandQuery(query.text);
    if (asked.isForFreeCopies) return [];
    const found = await findCandidates(this.#search, asked, query.author, signal);
    const { products } = found;
    const get = (mangaId: string): Product | undefined => products.get(mangaId);
    const judged = judgeQuestion(asked, { ...found, get });
    const { understood, like, sameAuthor } = judged;
    const demands = this.#demands(query, judged.isTitle ? undefined : understood, found);
    if (like !== undefined) return this.#like(like.mangaId, understood.core, demands, query.limit, signal);
    if (sameAuthor !== undefined) return this.#bySameAuthor(sameAuthor, products.get(sameAuthor.mangaId), understood, demands, query.limit, signal);

    const isFine = (mangaId: string): boolean => demands.isWanted(products.get(mangaId));
    const named = judged.named.filter(({ mangaId }) => isFine(mangaId));
    const author = query.author === undefined && named.length === 0 ? findAuthor(found.authors, understood) : undefined;
    const question = { understood, perhapsNamed: judged.titles.map(({ mangaId }) => mangaId), filter: demands.filter, hasWords: found.hasWords };
    const stories = isSettled(named, understood) ? new Map<string, number>() : await this.#stories.of(question, products, signal);

    return answersOf({ named, author, stories }, get, demands.isWanted, { ...query, understood });
  }

  async resolveTitle(text: string, signal: AbortSignal): Promise<SearchHit | undefined> {
    const { names, products } = await findNames(this.#search, text, signal);
    const match = findOneTitle(names, text);
    const product = match && products.get(match.mangaId);
    return match && product && { product, score: match.score, matchedBy: match.by, explanation: explainName(product, understandQuery(text)) };
  }

  async similarTo(mangaId: string, query: SimilarityQuery, signal: AbortSignal): Promise<readonly SearchHit[]> {
    signal.throwIfAborted();
    if (mostOf(query.limit) === 0) return [];
    const understood = understandQuery(query.text ?? '');
    const found = await findCandidates(this.#search, understood, query.author, signal);
    // Models repeat the title as the text.
    const isItsName = [understood.whole, understood.core].some((text) => findOneTitle(found.names, text)?.mangaId === mangaId);
    const demands = this.#demands(query, query.text === undefined ? undefined : understood, found);
    return this.#like(mangaId, isItsName ? '' : understood.core, demands, query.limit, signal);
  }

  async upsert(products: readonly Product[], signal: AbortSignal): Promise<void> {
    for (const product of products) this.#meanwhile?.set(product.mangaId, product);
    this.#index.assertFits(await this.#index.ensured(signal));
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
      return { isReachable: false, series: 0, embedding: null, definition: 0, isHybrid: false };
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
    const ranked = [...fused].flatMap(([id, score]) => {
      const product = products.get(id);
      return product === undefined || !demands.isWanted(product) ? [] : [[product, score] as const];
    });
    return similarHits(ranked, like.product, limit);
  }

  async #bySameAuthor(match: NameMatch, named: Product | undefined, { sameAuthor }: UnderstoodQuery, demands: Demands, limit: number, signal: AbortSignal): Promise<SearchHit[]> {
    if (named === undefined) return [];
    const names = named.authors.map(({ name }) => name);
    const [found] = await this.#search([{ query: { bool: { filter: [{ terms: { authors: names } }] } }, size: MOST_WORKS, _source: ['product'] }], signal);
    const works = (found?.hits ?? []).map(({ product }) => product).filter(demands.isWanted);
    return worksOfSameAuthor(named, match, works, { isForOthers: sameAuthor?.isForOthers ?? false, limit });
  }

  #demands(query: Omit<SimilarityQuery, 'limit'>, understood: UnderstoodQuery | undefined, { names, authors }: Candidates): Demands {
    const unwanted = (understood?.unwanted ?? []).flatMap((text) => findNamedBy(names, text)).map(({ mangaId }) => mangaId);
    const themes = understood?.unwantedThemes ?? [];
    const works = query.author === undefined ? undefined : [...authors.find(query.author, true).keys()];
    return {
      filter: wantedFilter({ query, understood, unwanted, works }),
      isWanted: (product) => product !== undefined && !unwanted.includes(product.mangaId) && works?.includes(product.mangaId) !== false && isWanted(product, query, understood) && !themes.some((text) => isAbout(product, text)),
    };
  }
}

/** What every hit must be: as a filter for OpenSearch, and by the library's own rule for what came by name. */
interface Demands {
  filter: Record<string, unknown>[];
  isWanted: (product: Product | undefined) => boolean;
}

/** A search over OpenSearch. `upsert` makes the index when there is none. */
export function openOpenSearchCatalogueSearch(options: OpenSearchCatalogueSearchOptions): OpenSearchCatalogueSearch {
  try {
    return new OpenSearchCatalogueSearch(options);
  } catch (error) {
    throw toSearchError(error);
  }
}
