import { CatalogueSearch, ProductStore } from '@manga-assist/catalogue';
import { cleanText } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { productNamed } from '../product-named.ts';
import { known, priceOf } from '../shown/known.ts';
import { ProductCards } from '../shown/product-cards.ts';
import { seriesResult } from '../shown/series-result.ts';
import { found, refused, Tool, type ToolCall, type ToolInput, type ToolOutcome } from '../tool.ts';
import { GET_MANGA_DETAILS } from './definition.ts';

/** All that a shopper may know of one series. */
@Injectable()
export class GetMangaDetails extends Tool {
  readonly definition = GET_MANGA_DETAILS;
  readonly timeoutMs = 1_000;

  constructor(
    private readonly search: CatalogueSearch,
    private readonly products: ProductStore,
    private readonly cards: ProductCards,
  ) {
    super();
  }

  override tidy(input: ToolInput): ToolInput {
    const mangaId = input['manga_id'];
    return typeof mangaId === 'string' ? { ...input, manga_id: cleanText(mangaId.toWellFormed())?.text ?? '' } : input;
  }

  async call(input: ToolInput, { language, signal }: ToolCall): Promise<ToolOutcome> {
    const product = await productNamed(String(input['manga_id']), { search: this.search, products: this.products }, signal);
    if (product === undefined) return refused('not_found', 'The store has no such series. Find its manga_id with search_manga_catalog.');
    const themes = language === 'ja' && product.themesJa.length > 0 ? product.themesJa : product.themes;
    const content = {
      ...seriesResult(product, language),
      title_kana: known(product.titleKana),
      aliases: product.aliases,
      publisher: known(product.publisher),
      end_year: product.endYear ?? undefined,
      themes,
      content_flags: product.contentFlags,
      ...priceOf(product),
      in_stock: product.stock.some((copies) => copies > 0),
    };
    return found(content, [this.cards.of(product, { language })]);
  }
}
