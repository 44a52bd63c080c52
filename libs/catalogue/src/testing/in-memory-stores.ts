import { SystemClock, type Clock } from '@manga-assist/foundation';
import type { EnrichableFields, Enrichment, EnrichOutcome, StockOutcome, UndoOutcome } from '../enrichment.ts';
import type { Product } from '../product.ts';
import { OrderStore, ProductStore, type Order } from '../stores.ts';

interface Shelved {
  product: Product;
  changedAtMs: number;
  /** By job: what it changed and what was there before. */
  enrichments: Map<string, Enrichment & { isUndone: boolean }>;
}

export class InMemoryProductStore extends ProductStore {
  readonly #shelf = new Map<string, Shelved>();
  readonly #clock: Clock;

  constructor(products: readonly Product[] = [], clock: Clock = new SystemClock()) {
    super();
    this.#clock = clock;
    for (const product of products) this.#shelve(product);
  }

  async get(mangaId: string, signal: AbortSignal): Promise<Product | undefined> {
    signal.throwIfAborted();
    return this.#shelf.get(mangaId)?.product;
  }

  async *all(signal: AbortSignal): AsyncIterable<readonly Product[]> {
    signal.throwIfAborted();
    if (this.#shelf.size > 0) yield [...this.#shelf.values()].map(({ product }) => product);
  }

  async put(products: readonly Product[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (const product of products) this.#shelve(product);
  }

  async changeStock(mangaId: string, volume: number, by: number, signal: AbortSignal): Promise<StockOutcome> {
    signal.throwIfAborted();
    const shelved = this.#shelf.get(mangaId);
    const copies = shelved?.product.stock[volume - 1];
    if (shelved === undefined || copies === undefined) return { kind: 'unknown-volume' };
    if (copies + by < 0) return { kind: 'not-enough', copies };
    this.#change(shelved, { stock: shelved.product.stock.with(volume - 1, copies + by) });
    return { kind: 'changed', copies: copies + by };
  }

  async setPrice(mangaId: string, priceJpy: number | null, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const shelved = this.#shelf.get(mangaId);
    if (shelved !== undefined) this.#change(shelved, { priceJpy });
    return shelved !== undefined;
  }

  async enrich(mangaId: string, enrichment: Enrichment, signal: AbortSignal): Promise<EnrichOutcome> {
    signal.throwIfAborted();
    const shelved = this.#shelf.get(mangaId);
    if (shelved === undefined) return 'not-found';
    if (shelved.enrichments.has(enrichment.provenance.jobId)) return 'already-applied';
    if (!says(shelved.product, enrichment.expected)) return 'outdated';
    shelved.enrichments.set(enrichment.provenance.jobId, { ...enrichment, isUndone: false });
    this.#change(shelved, enrichment.changes);
    return 'applied';
  }

  async undoEnrichment(mangaId: string, jobId: string, signal: AbortSignal): Promise<UndoOutcome> {
    signal.throwIfAborted();
    const shelved = this.#shelf.get(mangaId);
    if (shelved === undefined) return 'not-found';
    const enrichment = shelved.enrichments.get(jobId);
    if (enrichment === undefined) return 'not-applied';
    if (enrichment.isUndone) return 'already-undone';
    if (!says(shelved.product, enrichment.changes)) return 'outdated';
    enrichment.isUndone = true;
    this.#change(shelved, enrichment.expected);
    return 'undone';
  }

  async changedSince(moment: number, signal: AbortSignal): Promise<{ products: readonly Product[]; moment: number }> {
    signal.throwIfAborted();
    const changed = [...this.#shelf.values()].filter(({ changedAtMs }) => changedAtMs >= moment);
    return { products: changed.map(({ product }) => product), moment: this.#clock.nowMs() };
  }

  async isReachable(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}

  #shelve(product: Product): void {
    this.#shelf.set(product.mangaId, { product, changedAtMs: this.#clock.nowMs(), enrichments: new Map() });
  }

  #change(shelved: Shelved, change: Partial<Product>): void {
    shelved.product = { ...shelved.product, ...change };
    shelved.changedAtMs = this.#clock.nowMs();
  }
}

function says(product: Product, fields: EnrichableFields): boolean {
  // As JSON, because values that crossed a realm are of other prototypes.
  return Object.entries(fields).every(([field, value]) => JSON.stringify(product[field as keyof EnrichableFields]) === JSON.stringify(value));
}

export class InMemoryOrderStore extends OrderStore {
  readonly #orders = new Map<string, Order>();

  async get({ tenantId, subject }: { tenantId: string; subject: string }, orderId: string): Promise<Order | undefined> {
    return this.#orders.get(JSON.stringify([tenantId, subject, orderId]));
  }

  async put({ tenantId, subject }: { tenantId: string; subject: string }, order: Order): Promise<void> {
    this.#orders.set(JSON.stringify([tenantId, subject, order.orderId]), order);
  }

  async close(): Promise<void> {}
}
