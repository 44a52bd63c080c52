import { coverKeyOf, type Product } from '@manga-assist/catalogue';
import type { ProductCard } from '@manga-assist/schemas/tools';
import { Injectable } from '@nestjs/common';
import { ToolServiceConfig } from '../../config.ts';
import { authorsIn, known } from './known.ts';

export interface CardContext {
  language: 'en' | 'ja';
  reason?: string | undefined;
  /** The one that was asked for, from 1. */
  volume?: number | undefined;
}

/** Series as a page shows them, from what the table or the search said of them just now. */
@Injectable()
export class ProductCards {
  constructor(private readonly config: ToolServiceConfig) {}

  of(product: Product, { language, reason, volume }: CardContext): ProductCard {
    const { stock } = product;
    const quantity = volume === undefined ? undefined : stock[volume - 1];
    const titles = { title_ja: known(product.titleJa), title_romaji: known(product.titleRomaji), title_en: known(product.titleEn) };
    return {
      manga_id: product.mangaId,
      ...(withoutUnknown(titles) as Pick<ProductCard, keyof typeof titles>),
      authors: authorsIn(product, language),
      price_jpy: product.priceJpy,
      stock: {
        volumes: stock.length,
        volumes_in_stock: stock.filter((copies) => copies > 0).length,
        ...(volume !== undefined && quantity !== undefined && { volume, quantity }),
      },
      cover_url: this.config.coversUrl === '' ? null : `${this.config.coversUrl}${coverKeyOf(product.mangaId)}`,
      ...(reason !== undefined && { reason }),
    };
  }
}

function withoutUnknown(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined));
}
