import { Module, type DynamicModule } from '@nestjs/common';
import { ToolCalls } from './calls/tool-calls.ts';
import { ToolMetrics } from './calls/tool-metrics.ts';
import { ToolResults } from './calls/tool-results.ts';
import { Toolbox } from './calls/toolbox.ts';
import { ToolsController } from './calls/tools.controller.ts';
import { CatalogueLoader } from './search/catalogue-loader.ts';
import { CatalogueMetrics } from './search/catalogue-metrics.ts';
import { CatalogueRevision } from './search/catalogue-revision.ts';
import { CatalogueWriter } from './search/catalogue-writer.ts';
import { CheckMangaAvailability } from './tools/check-manga-availability/check-manga-availability.ts';
import { FindSimilarManga } from './tools/find-similar-manga/find-similar-manga.ts';
import { GetMangaDetails } from './tools/get-manga-details/get-manga-details.ts';
import { GetOrderStatus } from './tools/get-order-status/get-order-status.ts';
import { SearchMangaCatalog } from './tools/search-manga-catalog/search-manga-catalog.ts';
import { ProductCards } from './tools/shown/product-cards.ts';

const TOOLS = [SearchMangaCatalog, GetOrderStatus, CheckMangaAvailability, FindSimilarManga, GetMangaDetails];

@Module({})
export class AppModule {
  /** The service on the given adapters: the real ones in production, fakes in a test. */
  static on(adapters: DynamicModule): DynamicModule {
    return {
      module: AppModule,
      imports: [adapters],
      controllers: [ToolsController],
      providers: [
        ...TOOLS,
        // The order in which models are told of them.
        { provide: Toolbox, inject: TOOLS, useFactory: (...tools: ConstructorParameters<typeof Toolbox>[0][number][]) => new Toolbox(tools) },
        ToolCalls,
        ToolMetrics,
        ToolResults,
        ProductCards,
        CatalogueLoader,
        CatalogueMetrics,
        CatalogueRevision,
        CatalogueWriter,
      ],
    };
  }
}
