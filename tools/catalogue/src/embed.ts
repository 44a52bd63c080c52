// Works out what every series means, before anybody asks: npm run catalogue:embed -- --help
import { openDynamoProductStore, openEmbeddedCatalogueSearch, openOpenSearchCatalogueSearch, type Product } from '@manga-assist/catalogue';
import { ConfigError, readConfig } from '@manga-assist/config';
import { Command, Option } from 'commander';
import { CountedEmbedder } from './counted-embedder.ts';
import { EmbedConfig } from './embed-config.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const EXIT_STOPPED = 130;
const TOLD_EVERY = 100;

interface Options {
  adapter: 'embedded' | 'opensearch';
  snapshot?: string;
  rebuild: boolean;
}

const program = new Command('catalogue:embed')
  .description('Embeds every series of the product table that has no vector of the present model yet. It may be stopped and begun again: what is embedded is not embedded twice.')
  .addOption(new Option('--adapter <name>', 'where the vectors go').choices(['embedded', 'opensearch']).default('opensearch'))
  .option('--snapshot <file>', 'for embedded: the snapshot of tool-service (CATALOGUE_SNAPSHOT_FILE)')
  .option('--rebuild', 'for opensearch: a new index beside the old one, which is searched until the new one is full; needed for another model', false)
  .addHelpText('after', '\nExit codes: 0 all embedded, 1 the table, the model or the index failed, 2 wrong usage, 130 stopped.\nVariables: PRODUCTS_TABLE, OPENSEARCH_URL, OPENSEARCH_INDEX, OPENSEARCH_SERVICE, OPENSEARCH_REGION, EMBEDDING_TIMEOUT_MS; AWS ones as everywhere.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_USAGE))
  .parse();
const { adapter, snapshot, rebuild } = program.opts<Options>();
if (adapter === 'embedded' && snapshot === undefined) exitWith(EXIT_USAGE, '--adapter embedded needs --snapshot, the file that tool-service starts from');
if (adapter === 'embedded' && rebuild) exitWith(EXIT_USAGE, '--rebuild goes with opensearch: a snapshot of another model is made anew by itself');

const config = readOrExit();
const stop = new AbortController();
process.on('SIGINT', () => (stop.signal.aborted ? process.exit(EXIT_STOPPED) : stop.abort()));
const startedAt = performance.now();
let total = 0;
const embedder = new CountedEmbedder({
  timeoutMs: config.embeddingTimeoutMs,
  onEmbedded: (count) => void (count % TOLD_EVERY === 0 && process.stderr.write(`embedded ${count} of at most ${total} series\n`)),
});
const store = openDynamoProductStore({ table: config.productsTable });
try {
  const products: Product[] = [];
  for await (const page of store.all(stop.signal)) products.push(...page);
  total = products.length;
  if (total === 0) exitWith(EXIT_FAULT, 'the product table is empty');
  await (adapter === 'embedded' ? intoSnapshot(products) : intoOpenSearch(products));
  process.stdout.write(`${total} series have vectors of ${embedder.version}; ${embedder.count} were embedded now, in ${Math.round(performance.now() - startedAt)} ms\n`);
} catch (error) {
  if (stop.signal.aborted) exitWith(EXIT_STOPPED, `stopped after ${embedder.count}; the same command goes on from here`);
  const { message, cause } = error as Error;
  exitWith(EXIT_FAULT, `${message}${cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ''} ${embedder.count} were embedded and are kept.`);
} finally {
  await Promise.all([store.close(), embedder.close()]);
}

async function intoSnapshot(products: readonly Product[]): Promise<void> {
  const search = openEmbeddedCatalogueSearch({ embedder, snapshotFile: snapshot });
  try {
    await search.upsert(products, stop.signal);
  } finally {
    await search.close();
  }
}

async function intoOpenSearch(products: readonly Product[]): Promise<void> {
  const { opensearchUrl: url, opensearchIndex: index, opensearchService: service, opensearchRegion: region } = config;
  const search = openOpenSearchCatalogueSearch({ url, index, service, region, embedder, dimensions: CountedEmbedder.dimensions, timeoutMs: config.embeddingTimeoutMs });
  const pages = async function* (): AsyncIterable<readonly Product[]> {
    for (let start = 0; start < products.length; start += TOLD_EVERY) yield products.slice(start, start + TOLD_EVERY);
  };
  try {
    if (rebuild) await search.reindex(pages(), stop.signal, (count) => process.stderr.write(`${count} of ${total} series are in the new index\n`));
    else for await (const page of pages()) await search.upsert(page, stop.signal);
  } finally {
    await search.close();
  }
}

function readOrExit(): EmbedConfig {
  try {
    return readConfig(EmbedConfig, process.env);
  } catch (error) {
    if (error instanceof ConfigError) return exitWith(EXIT_USAGE, error.message);
    throw error;
  }
}

function exitWith(exitCode: number, line: string): never {
  process.stderr.write(`catalogue:embed: ${line}\n`);
  process.exit(exitCode);
}
