import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { openDynamoProductStore } from '@manga-assist/catalogue';
import { ConfigError, readConfig } from '@manga-assist/config';
import { Command, Option } from 'commander';
import { ImportConfig } from './import-config.ts';
import { importRows } from './import/import-rows.ts';
import { csvMapProblem, readCsv, type CsvMap } from './import/read-csv.ts';
import { MADB_ATTRIBUTION, readMadb } from './import/read-madb.ts';
import { readNdjson } from './import/read-ndjson.ts';
import type { Row } from './import/row.ts';
import { KnownSeries } from './known-series.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const EXIT_REJECTS = 3;
const PROBLEMS_SHOWN = 5;
/** The largest file takes minutes; a table that never answers does not. */
const TIMEOUT_MS = 30 * 60_000;

interface Options {
  format: 'ndjson' | 'series' | 'csv' | 'madb';
  map?: string;
  rejects?: string;
  dryRun?: boolean;
  known: boolean;
}

const program = new Command('catalogue:import')
  .description('Puts a file of series into the product table. A series is replaced by its manga_id: the same file a second time changes nothing.')
  .argument('<file>', 'the file to import')
  .addOption(new Option('--format <format>', 'what the rows are: our schema, {native, romaji, …}, columns by a map, Media Arts Database JSON-LD').choices(['ndjson', 'series', 'csv', 'madb']).default('ndjson'))
  .option('--map <file>', 'for csv: JSON of our fields and their columns, {"title_ja": "Title", "authors": {"column": "By", "separator": "/"}}')
  .option('--rejects <file>', 'where rows that cannot be imported are written, with line number and reason (default: FILE.rejects.ndjson)')
  .option('--no-known', 'do not fill in what rows leave out of well-known series (readings, nicknames, authors, themes, story)')
  .option('--dry-run', 'read and check everything, write nothing to the table')
  .addHelpText('after', '\nExit codes: 0 all imported, 1 the table or the file failed, 2 wrong usage, 3 imported but for the rows in the rejects file.\nTable: PRODUCTS_TABLE (manga-products); AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB and credentials as everywhere.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_USAGE))
  .parse();
const [file = ''] = program.args;
const { format, map, rejects: rejectsFile = `${file}.rejects.ndjson`, dryRun = false, known } = program.opts<Options>();

if (!statSync(file, { throwIfNoEntry: false })?.isFile()) exitWith(EXIT_USAGE, `${file} is not a file`);
if ((format === 'csv') !== (map !== undefined)) exitWith(EXIT_USAGE, 'a csv file needs --map, and no other takes one');

const startedAt = performance.now();
const store = dryRun ? undefined : openDynamoProductStore({ table: config().productsTable });
try {
  const { products, rejects } = await importRows(rows(), {
    ...(store !== undefined && { store }),
    // Rows of our own schema say all there is to say.
    ...(known && format !== 'ndjson' && { known: KnownSeries.shipped() }),
    onProgress: (done, rejected) => process.stderr.write(`${dryRun ? 'checked' : 'imported'} ${done} series, ${rejected} rows rejected\n`),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (rejects.length > 0) writeFileSync(rejectsFile, rejects.map((reject) => `${JSON.stringify(reject)}\n`).join(''));
  else rmSync(rejectsFile, { force: true });
  for (const { line, problem } of rejects.slice(0, PROBLEMS_SHOWN)) process.stderr.write(`line ${line} ${problem}\n`);
  if (rejects.length > 0) process.stderr.write(`${rejects.length} rows were rejected: ${rejectsFile}\n`);
  process.stdout.write(`${dryRun ? 'would import' : 'imported'} ${products} series in ${Math.round(performance.now() - startedAt)} ms\n`);
  if (format === 'madb') {
    process.stdout.write(`${MADB_ATTRIBUTION}\n`);
    writeFileSync(`${file}.attribution.txt`, `${MADB_ATTRIBUTION}\n`);
  }
  process.exitCode = rejects.length > 0 ? EXIT_REJECTS : 0;
} catch (error) {
  const { message, cause } = error as Error;
  exitWith(EXIT_FAULT, `${message}${cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ''}`);
} finally {
  await store?.close();
}

function rows(): AsyncIterable<Row> | Iterable<Row> {
  if (format === 'madb') return readMadb(file);
  return format === 'csv' ? readCsv(file, csvMap()) : readNdjson(file, format);
}

function csvMap(): CsvMap {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(map ?? '', 'utf8'));
  } catch {
    return exitWith(EXIT_USAGE, `${map} is not JSON`);
  }
  const problem = csvMapProblem(value);
  return problem === undefined ? (value as CsvMap) : exitWith(EXIT_USAGE, `${map} ${problem}`);
}

function config(): ImportConfig {
  try {
    return readConfig(ImportConfig, process.env);
  } catch (error) {
    if (error instanceof ConfigError) return exitWith(EXIT_USAGE, error.message);
    throw error;
  }
}

function exitWith(exitCode: number, line: string): never {
  process.stderr.write(`catalogue:import: ${line}\n`);
  process.exit(exitCode);
}
