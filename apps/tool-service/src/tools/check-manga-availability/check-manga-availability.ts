import { CatalogueSearch, ProductStore, type Product } from '@manga-assist/catalogue';
import { cleanText } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { MANGA_ID } from '../manga-id.ts';
import { found, refused, Tool, type ToolCall, type ToolInput, type ToolOutcome } from '../tool.ts';
import { CHECK_MANGA_AVAILABILITY } from './definition.ts';

interface AvailabilityInput {
  manga_id: string;
  volume?: number;
}

/** What is on the shelf of a series just now, and what it costs. */
@Injectable()
export class CheckMangaAvailability extends Tool {
  readonly definition = CHECK_MANGA_AVAILABILITY;

  constructor(
    private readonly products: ProductStore,
    private readonly search: CatalogueSearch,
  ) {
    super();
  }

  override tidy(input: ToolInput): ToolInput {
    const mangaId = input['manga_id'];
    return typeof mangaId === 'string' ? { ...input, manga_id: cleanText(mangaId.toWellFormed())?.text ?? '' } : input;
  }

  async call(input: ToolInput, { signal }: ToolCall): Promise<ToolOutcome> {
    const { manga_id: named, volume } = input as unknown as AvailabilityInput;
    const product = await this.#product(named, signal);
    if (product === undefined) return refused('not_found', 'The store has no such series. Find its manga_id with search_manga_catalog.');
    const series = { manga_id: product.mangaId, title_ja: product.titleJa, title_en: product.titleEn, volumes: product.volumes };
    if (volume === undefined) {
      const volumesAvailable = product.stock.flatMap((copies, index) => (copies > 0 ? [index + 1] : []));
      return found({ ...series, in_stock: volumesAvailable.length > 0, price_jpy: product.priceJpy, volumes_available: volumesAvailable });
    }
    const quantity = product.stock[volume - 1];
    if (quantity === undefined) return refused('not_found', `The series has ${product.volumes} volumes in the catalogue; this one is not among them.`, series);
    return found({ ...series, volume, in_stock: quantity > 0, quantity, price_jpy: product.priceJpy });
  }

  /** From the table, not from the search: stock must be today's. A title instead of an id is what models do by mistake. */
  async #product(named: string, signal: AbortSignal): Promise<Product | undefined> {
    if (MANGA_ID.test(named)) return this.products.get(named, signal);
    const hit = await this.search.resolveTitle(named, signal);
    return hit && this.products.get(hit.product.mangaId, signal);
  }
}
