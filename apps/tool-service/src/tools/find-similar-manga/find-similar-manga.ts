import { CatalogueSearch, ProductStore, type Product, type SearchHit } from '@manga-assist/catalogue';
import { Injectable } from '@nestjs/common';
import { assertSearchable, productNamed } from '../product-named.ts';
import { MOST_RESULTS, USUAL_RESULTS } from '../search-manga-catalog/definition.ts';
import { queryOf, tidySearchInput, type SearchInput } from '../search-manga-catalog/search-input.ts';
import { foundSeries } from '../shown/found-series.ts';
import { isSoldOut, known } from '../shown/known.ts';
import { ProductCards } from '../shown/product-cards.ts';
import { found, refused, Tool, type ToolCall, type ToolInput, type ToolOutcome } from '../tool.ts';
import { FIND_SIMILAR_MANGA } from './definition.ts';

interface SimilarInput extends Omit<SearchInput, 'query' | 'similar_to' | 'author'> {
  title?: string;
  manga_id?: string;
}

const NOTES = {
  nothing: 'Nothing in the catalogue is like it within these limits. Do not name series that are not in it.',
  shortened: 'Some results were left out to keep this short.',
} as const;

/** Series like one that a reader likes. */
@Injectable()
export class FindSimilarManga extends Tool {
  readonly definition = FIND_SIMILAR_MANGA;
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
    const { title, manga_id: mangaId, max_results: most = USUAL_RESULTS, ...limits } = input as unknown as SimilarInput;
    const named = mangaId ?? title;
    if (named === undefined) return refused('invalid_arguments', 'The arguments are not valid: give title or manga_id.');
    const liked = await this.#liked(named, title, signal);
    if (liked === undefined) return refused('not_found', 'The catalogue has no such series. Search for what it is about with search_manga_catalog.');
    // More than are asked for, because what is sold out gives way to what is there.
    const { text: _, ...query } = queryOf({ query: named, ...limits, max_results: MOST_RESULTS });
    const hits = await this.search.similarTo(liked.mangaId, query, signal);
    if (hits.length === 0) await assertSearchable(this.search, signal);
    const { results, cards, total } = foundSeries(soldOutLast(hits).slice(0, most), language, this.cards);
    const note = total === 0 ? NOTES.nothing : results.length < total ? NOTES.shortened : undefined;
    const similarTo = { manga_id: liked.mangaId, title_ja: known(liked.titleJa), title_en: known(liked.titleEn) };
    return found({ similar_to: similarTo, results, total, note }, cards);
  }

  /** A made-up id beside a good title is what models do by mistake. */
  async #liked(named: string, title: string | undefined, signal: AbortSignal): Promise<Product | undefined> {
    const { search, products } = this;
    const product = await productNamed(named, { search, products }, signal);
    return product ?? (title === undefined || title === named ? undefined : productNamed(title, { search, products }, signal));
  }
}

function soldOutLast(hits: readonly SearchHit[]): SearchHit[] {
  const isThere = ({ product }: SearchHit): boolean => !isSoldOut(product);
  return [...hits.filter(isThere), ...hits.filter((hit) => !isThere(hit))];
}
