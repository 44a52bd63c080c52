import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openTitanEmbeddingModel, UsageLedger } from '@manga-assist/bedrock';
import { startBedrockLocal } from '@manga-assist/bedrock-local';
import { openEmbeddedCatalogueSearch, openOpenSearchCatalogueSearch, TextEmbedder, type CatalogueSearch, type Product } from '@manga-assist/catalogue';
import { readSeriesFile } from './read-series-file.ts';

export const SHIPPED_SERIES = new URL('../data/series.ndjson', import.meta.url);
export const ADAPTERS = ['embedded', 'opensearch'] as const;
export type Adapter = (typeof ADAPTERS)[number];

export interface LocalSearchOptions {
  adapter?: Adapter;
  /** The shipped catalogue when there are none. */
  products?: readonly Product[];
  /** Where OpenSearch answers, for that adapter. */
  openSearchUrl?: string;
}

export interface LocalSearch {
  search: CatalogueSearch;
  products: readonly Product[];
  indexedInMs: number;
  close(): Promise<void>;
}

const DIMENSIONS = 256;
/** For a catalogue of twenty thousand. */
const INDEXING_TIMEOUT_MS = 600_000;
const ATTRIBUTION = { tenantId: 'store', subject: 'eval-search', feature: 'catalogue-search', correlationId: 'eval-search' };

/** Local embeddings cost nothing. */
class NoLedger extends UsageLedger {
  record(): void {}
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** A catalogue with the search and the embeddings that `npm start` runs, in this process. The caller gives the AWS SDK its local credentials. */
export async function openLocalSearch({ adapter = 'embedded', products = readSeriesFile(SHIPPED_SERIES), openSearchUrl }: LocalSearchOptions = {}): Promise<LocalSearch> {
  // As with Titan, what the model knows does not depend on the catalogue that is searched.
  const bedrock = await startBedrockLocal({ corpus: fileURLToPath(SHIPPED_SERIES) });
  await bedrock.ready();
  const model = openTitanEmbeddingModel({ dimensions: DIMENSIONS, ledger: new NoLedger(), endpoint: bedrock.url, timeoutMs: 10_000 });
  const embedder = new (class extends TextEmbedder {
    readonly version = model.version;

    embed(text: string, signal: AbortSignal): Promise<Float32Array> {
      return model.embed(text, { attribution: ATTRIBUTION, signal });
    }
  })();
  const opened = openSearch(adapter, embedder, openSearchUrl);
  const close = async (): Promise<void> => {
    await opened.close();
    await model.close();
    await bedrock.close();
  };
  try {
    const startedAt = performance.now();
    await opened.search.upsert(products, AbortSignal.timeout(INDEXING_TIMEOUT_MS));
    return { search: opened.search, products, indexedInMs: Math.round(performance.now() - startedAt), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openSearch(adapter: Adapter, embedder: TextEmbedder, url: string | undefined): { search: CatalogueSearch; close(): Promise<void> } {
  if (adapter === 'embedded') return { search: openEmbeddedCatalogueSearch({ embedder }), close: () => Promise.resolve() };
  if (url === undefined || url === '') throw new Error('the adapter opensearch needs OPENSEARCH_URL, the address of a node');
  // An index of its own: a shop's catalogue on the same node stays as it is.
  const search = openOpenSearchCatalogueSearch({ url, index: `eval-${randomUUID()}`, embedder, dimensions: DIMENSIONS, timeoutMs: 10_000, refresh: true });
  return { search, close: () => search.close() };
}
