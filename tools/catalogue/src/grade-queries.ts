// How well the search answers shoppers' questions: hit@5 by kind, with bedrock-local's embeddings.
// Usage: grade-queries.ts [queries.json]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openTitanEmbeddingModel, UsageLedger } from '@manga-assist/bedrock';
import { startBedrockLocal } from '@manga-assist/bedrock-local';
import { openEmbeddedCatalogueSearch, productFromRecord, TextEmbedder, type SeriesRecord } from '@manga-assist/catalogue';
import { gradeSearch, type Grade, type GradedQuery } from './grade-search.ts';
import { readLines } from './read-lines.ts';

const DIMENSIONS = 256;
const ATTRIBUTION = { tenantId: 'store', subject: 'grade-queries', feature: 'catalogue-search', correlationId: 'grade-queries' };

/** Local embeddings cost nothing. */
class NoLedger extends UsageLedger {
  record(): void {}
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

const file = process.argv[2] ?? fileURLToPath(new URL('../fixtures/queries-dev.json', import.meta.url));
const { queries } = JSON.parse(readFileSync(file, 'utf8')) as { queries: GradedQuery[] };
const products = readLines<SeriesRecord>('series.ndjson').map(productFromRecord);

// Whatever the environment says: nothing leaves this machine.
Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
const bedrock = await startBedrockLocal({ corpus: fileURLToPath(new URL('../data/series.ndjson', import.meta.url)) });
const model = openTitanEmbeddingModel({ dimensions: DIMENSIONS, ledger: new NoLedger(), endpoint: bedrock.url, timeoutMs: 10_000 });
await bedrock.ready();

class ModelEmbedder extends TextEmbedder {
  readonly version = model.version;

  embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    return model.embed(text, { attribution: ATTRIBUTION, signal });
  }
}

const search = openEmbeddedCatalogueSearch({ embedder: new ModelEmbedder() });
const startedAt = performance.now();
await search.upsert(products, new AbortController().signal);
console.log(`${products.length} series indexed and embedded in ${Math.round(performance.now() - startedAt)} ms`);
report(await gradeSearch(search, queries));
await model.close();
await bedrock.close();

function report(grades: readonly Grade[]): void {
  for (const { query, found } of grades.filter(({ isHit }) => !isHit)) console.log(`missed ${query.id} ${query.query}\n    found ${found.join(' | ') || 'nothing'}`);
  const kindOf = ({ query }: Grade): string => (query.expected.length > 0 ? query.kind : (query.subkind ?? query.kind));
  for (const [kind, members] of Object.entries(Object.groupBy(grades, kindOf))) console.log(`${kind.padEnd(14)} ${share(members ?? [])}`);
  const graded = grades.filter(({ query }) => query.expected.length > 0);
  console.log(`hit@5          ${share(graded)}`);
  const times = grades.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  console.log(`a search took  ${(times[Math.floor(times.length / 2)] ?? 0).toFixed(1)} ms (median), ${(times.at(-1) ?? 0).toFixed(1)} ms (most)`);
}

function share(grades: readonly Grade[]): string {
  return `${grades.filter(({ isHit }) => isHit).length} of ${grades.length}`;
}
