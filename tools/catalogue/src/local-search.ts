import { fileURLToPath } from 'node:url';
import { openTitanEmbeddingModel, UsageLedger } from '@manga-assist/bedrock';
import { startBedrockLocal } from '@manga-assist/bedrock-local';
import { openEmbeddedCatalogueSearch, productFromRecord, TextEmbedder, type CatalogueSearch, type SeriesRecord } from '@manga-assist/catalogue';
import { readLines } from './read-lines.ts';

export interface LocalSearch {
  search: CatalogueSearch;
  series: number;
  indexedInMs: number;
  close(): Promise<void>;
}

const DIMENSIONS = 256;
const ATTRIBUTION = { tenantId: 'store', subject: 'grade-queries', feature: 'catalogue-search', correlationId: 'grade-queries' };

/** Local embeddings cost nothing. */
class NoLedger extends UsageLedger {
  record(): void {}
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** The demo store's catalogue with the search and the embeddings that `npm start` runs, in this process. */
export async function openLocalSearch(): Promise<LocalSearch> {
  // Whatever the environment says: nothing leaves this machine.
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const bedrock = await startBedrockLocal({ corpus: fileURLToPath(new URL('../data/series.ndjson', import.meta.url)) });
  await bedrock.ready();
  const model = openTitanEmbeddingModel({ dimensions: DIMENSIONS, ledger: new NoLedger(), endpoint: bedrock.url, timeoutMs: 10_000 });
  const embedder = new (class extends TextEmbedder {
    readonly version = model.version;

    embed(text: string, signal: AbortSignal): Promise<Float32Array> {
      return model.embed(text, { attribution: ATTRIBUTION, signal });
    }
  })();
  const products = readLines<SeriesRecord>('series.ndjson').map(productFromRecord);
  const search = openEmbeddedCatalogueSearch({ embedder });
  const startedAt = performance.now();
  await search.upsert(products, new AbortController().signal);
  const indexedInMs = Math.round(performance.now() - startedAt);
  return {
    search,
    series: products.length,
    indexedInMs,
    close: async () => {
      await model.close();
      await bedrock.close();
    },
  };
}
