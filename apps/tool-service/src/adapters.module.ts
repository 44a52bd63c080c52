import { openDynamoUsageLedger, openTitanEmbeddingModel } from '@manga-assist/bedrock';
import { CatalogueSearch, openDynamoOrderStore, openDynamoProductStore, openEmbeddedCatalogueSearch, openOpenSearchCatalogueSearch, OrderStore, ProductStore } from '@manga-assist/catalogue';
import { Clock, SystemClock } from '@manga-assist/foundation';
import { openServiceTokens, ServiceTokens } from '@manga-assist/identity';
import { Logger } from '@manga-assist/observability';
import { SystemTimers, Timers } from '@manga-assist/resilience';
import { CloseOnShutdown, ReadinessChecks } from '@manga-assist/service-kit';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ToolServiceConfig } from './config.ts';
import { ModelTextEmbedder } from './search/model-text-embedder.ts';

const EMBEDDING_DIMENSIONS = 256;

/** What the service stands on: the part that a test replaces. */
export interface Adapters {
  tokens: ServiceTokens;
  products: ProductStore;
  orders: OrderStore;
  search: CatalogueSearch;
  clock: Clock;
  timers: Timers;
  /** In this order, when the last call has been answered. */
  closing: readonly (() => Promise<void>)[];
}

/** The only file of this service that knows which adapter stands behind which port. */
@Global()
@Module({})
export class AdaptersModule {
  static for(config: ToolServiceConfig, logger: Logger): DynamicModule {
    const clock = new SystemClock();
    const timers = new SystemTimers();
    const products = openDynamoProductStore({ table: config.productsTable });
    const orders = openDynamoOrderStore({ table: config.ordersTable });
    const ledger = openDynamoUsageLedger({ table: config.ledgerTable, clock, timers, logger });
    const model = openTitanEmbeddingModel({ dimensions: EMBEDDING_DIMENSIONS, ledger, clock, timers, timeoutMs: config.embeddingTimeoutMs });
    const embedder = new ModelTextEmbedder({ model, clock, timers, timeoutMs: config.embeddingTimeoutMs });
    const openSearch =
      config.catalogueSearch === 'opensearch'
        ? openOpenSearchCatalogueSearch({
            url: config.opensearchUrl,
            index: config.opensearchIndex,
            service: config.opensearchService,
            region: config.opensearchRegion,
            timeoutMs: config.opensearchTimeoutMs,
            dimensions: EMBEDDING_DIMENSIONS,
            embedder,
          })
        : undefined;
    const search = openSearch ?? openEmbeddedCatalogueSearch({ embedder, snapshotFile: config.catalogueSnapshotFile || undefined });
    return AdaptersModule.with(config, logger, {
      tokens: openServiceTokens({ secret: config.serviceTokenSecret.reveal(), issuer: 'tool-service', audience: 'tool-service' }),
      products,
      orders,
      search,
      clock,
      timers,
      // What has been spent is written down before anything else is closed.
      closing: [ledger, model, products, orders, search].map((adapter) => () => adapter.close()),
    });
  }

  static with(config: ToolServiceConfig, logger: Logger, { tokens, products, orders, search, clock, timers, closing }: Adapters): DynamicModule {
    const providers = [
      { provide: ToolServiceConfig, useValue: config },
      { provide: Logger, useValue: logger },
      { provide: Clock, useValue: clock },
      { provide: Timers, useValue: timers },
      { provide: ServiceTokens, useValue: tokens },
      { provide: ProductStore, useValue: products },
      { provide: OrderStore, useValue: orders },
      { provide: CatalogueSearch, useValue: search },
      {
        provide: ReadinessChecks,
        // Not the embedding model: without it the search goes by words.
        useValue: {
          checks: {
            products: (signal: AbortSignal) => products.isReachable(signal),
            search: (signal: AbortSignal) => search.isReachable(signal),
          },
        },
      },
    ];
    return {
      module: AdaptersModule,
      providers: [...providers, { provide: CloseOnShutdown, useValue: new CloseOnShutdown(closing, logger) }],
      exports: providers.map(({ provide }) => provide),
    };
  }
}
