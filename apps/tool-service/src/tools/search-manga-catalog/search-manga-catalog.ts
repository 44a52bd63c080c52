import { CatalogueSearch, ProductStore, type SearchHit, type SearchQuery } from '@manga-assist/catalogue';
import { Injectable } from '@nestjs/common';
import { assertSearchable, productNamed } from '../product-named.ts';
import { foundSeries } from '../shown/found-series.ts';
import { ProductCards } from '../shown/product-cards.ts';
import { found, Tool, type ToolCall, type ToolInput, type ToolOutcome } from '../tool.ts';
import { SEARCH_MANGA_CATALOG } from './definition.ts';
import { queryOf, tidySearchInput, type SearchInput } from './search-input.ts';

const NOTES = {
  nothing: 'Nothing in the catalogue matches. Do not name series that are not in it.',
  unknownSeries: 'The series in similar_to is not in the catalogue; these match the query instead.',
  withoutKind: 'Nothing matches in that genre, demographic and status; these match without them.',
  shortened: 'Some results were left out to keep this short.',
} as const;

interface Findings {
  hits: readonly SearchHit[];
  notes: string[];
}

/** Finds series in the catalogue: by name, by what they are about, or by what they are like. */
@Injectable()
export class SearchMangaCatalog extends Tool {
  readonly definition = SEARCH_MANGA_CATALOG;
  readonly timeoutMs = 1_800;
  override readonly isRepeatable = true;

  constructor(
    private readonly search: CatalogueSearch,
    private readonly products: ProductStore,
    private readonly cards: ProductCards,
  ) {
    super();
  }

  override tidy(input: ToolInput): ToolInput {
    return tidySearchInput(input);
  }

  async call(input: ToolInput, { language, signal }: ToolCall): Promise<ToolOutcome> {
    const valid = input as unknown as SearchInput;
    const { hits, notes } = await this.#find(valid, signal);
    if (hits.length === 0) await assertSearchable(this.search, signal);
    const { results, cards, total } = foundSeries(hits, language, this.cards);
    if (total === 0) notes.push(NOTES.nothing);
    if (results.length < total) notes.push(NOTES.shortened);
    return found({ results, total, ...(notes.length > 0 && { note: notes.join(' ') }) }, cards);
  }

  async #find(input: SearchInput, signal: AbortSignal): Promise<Findings> {
    const query = queryOf(input);
    if (input.similar_to === undefined) return this.#relaxed(query, (relaxed) => this.search.search(relaxed, signal));
    const like = await productNamed(input.similar_to, { search: this.search, products: this.products }, signal);
    if (like !== undefined) return this.#relaxed(query, (relaxed) => this.search.similarTo(like.mangaId, relaxed, signal));
    const findings = await this.#relaxed(query, (relaxed) => this.search.search(relaxed, signal));
    return { ...findings, notes: [NOTES.unknownSeries, ...findings.notes] };
  }

  /** Models guess genres. A guess must not hide the one series that was asked for; a price limit was meant. */
  async #relaxed(query: SearchQuery, search: (query: SearchQuery) => Promise<readonly SearchHit[]>): Promise<Findings> {
    const hits = await search(query);
    const { genre, demographic, status, ...others } = query;
    if (hits.length > 0 || (genre ?? demographic ?? status) === undefined) return { hits, notes: [] };
    const more = await search(others);
    return { hits: more, notes: more.length > 0 ? [NOTES.withoutKind] : [] };
  }
}
