import { CatalogueSearch, openEmbeddedCatalogueSearch, type Order, type Product, type ProductStore, type TextEmbedder } from '@manga-assist/catalogue';
import { InMemoryOrderStore, InMemoryProductStore } from '@manga-assist/catalogue/testing';
import { AppError, SystemClock } from '@manga-assist/foundation';
import { openServiceTokens, type ServiceTokenClaims } from '@manga-assist/identity';
import { WrittenLogs } from '@manga-assist/observability/testing';
import { SystemTimers, type Timers } from '@manga-assist/resilience';
import type { ToolCallResponse } from '@manga-assist/schemas/tools';
import { startService, type RunningService } from '@manga-assist/service-kit';
import { AdaptersModule } from '../adapters.module.ts';
import { AppModule } from '../app.module.ts';
import { ToolServiceConfig } from '../config.ts';

export const SECRET = 'for-tests-only';
export const SHOPPER: ServiceTokenClaims = { principal: { tenantId: 'store', subject: 'shopper-1', scopes: ['chat:connect'] }, turnId: 'trn_1' };

/** Products that can be made to misbehave. */
export class MoodyProductStore extends InMemoryProductStore {
  mood: 'fine' | 'down' | 'hangs' = 'fine';
  readonly signals: AbortSignal[] = [];
  readonly #recovery = Promise.withResolvers<void>();
  readonly #takenOut = new Set<string>();

  /** Those who wait get their answer. */
  recover(): void {
    this.mood = 'fine';
    this.#recovery.resolve();
  }

  takeOut(mangaId: string): void {
    this.#takenOut.add(mangaId);
  }

  override async get(mangaId: string, signal: AbortSignal): Promise<Product | undefined> {
    this.signals.push(signal);
    if (this.mood === 'hangs') await this.#recovery.promise;
    this.#failWhenDown();
    return super.get(mangaId, signal);
  }

  override async *all(signal: AbortSignal): AsyncIterable<readonly Product[]> {
    this.#failWhenDown();
    for await (const page of super.all(signal)) yield page.filter(({ mangaId }) => !this.#takenOut.has(mangaId));
  }

  override async changedSince(moment: number, signal: AbortSignal): ReturnType<InMemoryProductStore['changedSince']> {
    this.#failWhenDown();
    return super.changedSince(moment, signal);
  }

  override async isReachable(): Promise<boolean> {
    return this.mood === 'fine';
  }

  #failWhenDown(): void {
    if (this.mood === 'down') throw new AppError('unavailable', 'catalogue.unavailable', 'The catalogue cannot be reached just now; try again.');
  }
}

export interface UnderTestOptions {
  products?: readonly Product[];
  /** In place of the products in memory. */
  table?: ProductStore;
  /** In place of the search in this process. */
  search?: CatalogueSearch;
  embedder?: TextEmbedder;
  timers?: Timers;
  config?: Partial<ToolServiceConfig>;
}

export interface CallOptions {
  as?: ServiceTokenClaims;
  language?: 'en' | 'ja';
  signal?: AbortSignal;
}

/** The whole service on a port of its own, over real HTTP, with its stores in memory and the real search. */
export class ToolServiceUnderTest {
  readonly products: MoodyProductStore;
  readonly orders = new InMemoryOrderStore();
  readonly search: CatalogueSearch;
  readonly logs = new WrittenLogs('info');
  readonly tokens = openServiceTokens({ secret: SECRET, issuer: 'chat-gateway', audience: 'tool-service' });
  readonly #options: UnderTestOptions;
  #service: RunningService;

  constructor(options: UnderTestOptions = {}) {
    this.#options = options;
    this.products = new MoodyProductStore(options.products);
    this.search = options.search ?? openEmbeddedCatalogueSearch(options.embedder && { embedder: options.embedder });
  }

  async start(): Promise<this> {
    const config = Object.assign(new ToolServiceConfig(), { port: 0, drainTimeoutMs: 500 }, this.#options.config);
    const { orders, search, tokens } = this;
    const products = this.#options.table ?? this.products;
    const { logger } = this.logs;
    const adapters = { tokens, products, orders, search, clock: new SystemClock(), timers: this.#options.timers ?? new SystemTimers(), closing: [] };
    this.#service = await startService({ name: 'tool-service', config, module: AppModule.on(AdaptersModule.with(config, logger, adapters)), logger });
    return this;
  }

  get url(): string {
    return this.#service.url;
  }

  close(): Promise<void> {
    return this.#service.close();
  }

  async get(path: string, token?: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  }

  /** Sends any body with a good token. */
  async post(name: string, body: unknown, { as = SHOPPER, signal }: CallOptions = {}): Promise<Response> {
    return fetch(`${this.url}/v1/tools/${name}/calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.tokens.sign(as)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  }

  /** A call that is answered with 200. */
  async call(name: string, input: Record<string, unknown>, options: CallOptions = {}): Promise<ToolCallResponse> {
    const response = await this.post(name, { tool_use_id: 'use_1', input, language: options.language ?? 'en' }, options);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as ToolCallResponse;
  }

  /** The value of the series that begins so in /metrics; undefined while there is none. */
  async metric(beginning: string): Promise<number | undefined> {
    const lines = (await (await this.get('/metrics')).text()).split('\n');
    const line = lines.find((each) => each.startsWith(beginning));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  }

  /** The series that a search finds. */
  async find(input: Record<string, unknown>, options?: CallOptions): Promise<Record<string, unknown>[]> {
    return (await this.call('search_manga_catalog', input, options)).content['results'] as Record<string, unknown>[];
  }
}

export function anOrder(about: Partial<Order> = {}): Order {
  return {
    orderId: 'ORD-7K2M9Q4X',
    status: 'shipped',
    placedAt: '2026-11-20T03:00:00.000Z',
    estimatedDelivery: '2026-11-25',
    items: [{ mangaId: 'MNG-PIRATES1', titleJa: '海賊の海', titleEn: 'Sea of Pirates', volume: 2, quantity: 1, priceJpy: 528 }],
    ...about,
  };
}
