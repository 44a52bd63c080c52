import { OrderStore, type Order } from '@manga-assist/catalogue';
import { Injectable } from '@nestjs/common';
import { fitting } from '../../calls/tool-content.ts';
import { found, refused, Tool, type ToolCall, type ToolInput, type ToolOutcome } from '../tool.ts';
import { GET_ORDER_STATUS } from './definition.ts';

/** What Japanese keyboards give for a hyphen. */
const HYPHENS = /[\u2010-\u2015\u2212\u30FC]/g;

/** How one of the caller's own orders stands. */
@Injectable()
export class GetOrderStatus extends Tool {
  readonly definition = GET_ORDER_STATUS;
  readonly timeoutMs = 1_000;

  constructor(private readonly orders: OrderStore) {
    super();
  }

  /** ＯＲＤ－７Ｋ２Ｍ９Ｑ４Ｘ is an order id too. */
  override tidy(input: ToolInput): ToolInput {
    const orderId = input['order_id'];
    if (typeof orderId !== 'string') return input;
    return { ...input, order_id: orderId.normalize('NFKC').replace(HYPHENS, '-').trim().toUpperCase() };
  }

  async call(input: ToolInput, { owner, signal }: ToolCall): Promise<ToolOutcome> {
    const { tenantId, subject } = owner;
    const order = await this.orders.get({ tenantId, subject }, String(input['order_id']), signal);
    // Not there and not theirs are the same answer.
    if (order === undefined) return refused('not_found', 'The customer has no order with this ID.');
    return found(orderContent(order));
  }
}

function orderContent({ orderId, status, placedAt, estimatedDelivery, items }: Order): Record<string, unknown> {
  const lines = items.map((item) => ({
    manga_id: item.mangaId,
    title_ja: item.titleJa,
    title_en: item.titleEn,
    volume: item.volume,
    quantity: item.quantity,
    price_jpy: item.priceJpy,
  }));
  const shown = fitting(lines);
  return {
    order_id: orderId,
    status,
    placed_at: placedAt,
    ...(estimatedDelivery !== null && { estimated_delivery: estimatedDelivery }),
    items: shown,
    ...(shown.length < lines.length && { note: `${lines.length - shown.length} more items were left out to keep this short.` }),
  };
}
