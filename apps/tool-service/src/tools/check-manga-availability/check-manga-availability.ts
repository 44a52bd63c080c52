import { CatalogueSearch, ProductStore, type Product } from '@manga-assist/catalogue';
import { cleanText } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { productNamed } from '../product-named.ts';
import { known, priceOf } from '../shown/known.ts';
import { ProductCards } from '../shown/product-cards.ts';
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
  readonly timeoutMs = 1_000;

  constructor(
    private readonly products: ProductStore,
    private readonly search: CatalogueSearch,
    private readonly cards: ProductCards,
  ) {
    super();
  }

  override tidy(input: ToolInput): ToolInput {
    const mangaId = input['manga_id'];
    return typeof mangaId === 'string' ? { ...input, manga_id: cleanText(mangaId.toWellFormed())?.text ?? '' } : input;
  }

  async call(input: ToolInput, { language, signal }: ToolCall): Promise<ToolOutcome> {
    const { manga_id: named, volume } = input as unknown as AvailabilityInput;
    const product = await productNamed(named, { search: this.search, products: this.products }, signal);
    if (product === undefined) return refused('not_found', 'The store has no such series. Find its manga_id with search_manga_catalog.');
    const series = { manga_id: product.mangaId, title_ja: known(product.titleJa), title_en: known(product.titleEn), volumes: known(product.volumes) };
    const cards = [this.cards.of(product, { language, volume })];
    if (volume === undefined) {
      const volumesAvailable = product.stock.flatMap((copies, index) => (copies > 0 ? [index + 1] : []));
      return found({ ...series, in_stock: volumesAvailable.length > 0, ...priceOf(product), volumes_available: volumesAvailable }, cards);
    }
    const quantity = product.stock[volume - 1];
    if (quantity === undefined) return refused('not_found', volumesInWords(product), series);
    return found({ ...series, volume, in_stock: quantity > 0, quantity, ...priceOf(product) }, cards);
  }
}

function volumesInWords({ volumes }: Product): string {
  if (volumes === 0) return 'The store has no stock of that volume in its books.';
  return `The series has ${volumes} volumes in the catalogue; this one is not among them.`;
}
