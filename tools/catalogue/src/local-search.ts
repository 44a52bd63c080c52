import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startBedrockLocal } from '@manga-assist/bedrock-local';
import { openEmbeddedCatalogueSearch, openOpenSearchCatalogueSearch, type TextEmbedder, type CatalogueSearch, type Product } from '@manga-assist/catalogue';
import { CountedEmbedder } from './counted-embedder.ts';
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

/** For a catalogue of twenty thousand. */
const INDEXING_TIMEOUT_MS = 600_000;

/** A catalogue with the search and the embeddings that `npm start` runs, in this process. The caller gives the AWS SDK its local credentials. */
export async function openLocalSearch({ adapter = 'embedded', products = readSeriesFile(SHIPPED_SERIES), openSearchUrl }: LocalSearchOptions = {}): Promise<LocalSearch> {
  // As with Titan, what the model knows does not depend on the catalogue that is searched.
  const bedrock = await startBedrockLocal({ corpus: fileURLToPath(SHIPPED_SERIES) });
  await bedrock.ready();
  const embedder = new CountedEmbedder({ endpoint: bedrock.url, timeoutMs: 10_000 });
  const search = openSearch(adapter, embedder, openSearchUrl);
  const close = async (): Promise<void> => {
    await search.close();
    await embedder.close();
    await bedrock.close();
  };
  try {
    const startedAt = performance.now();
    await search.upsert(products, AbortSignal.timeout(INDEXING_TIMEOUT_MS));
    return { search, products, indexedInMs: Math.round(performance.now() - startedAt), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openSearch(adapter: Adapter, embedder: TextEmbedder, url: string | undefined): CatalogueSearch {
  if (adapter === 'embedded') return openEmbeddedCatalogueSearch({ embedder });
  if (url === undefined || url === '') throw new Error('the adapter opensearch needs OPENSEARCH_URL, the address of a node');
  // An index of its own: a shop's catalogue on the same node stays as it is.
  return openOpenSearchCatalogueSearch({ url, index: `eval-${randomUUID()}`, embedder, dimensions: CountedEmbedder.dimensions, timeoutMs: 10_000, refresh: true });
}
