// How well the search answers shoppers' questions, as `search_manga_catalog` asks it: npm run eval:search -- --help
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { answerable, gradeSearch, type GradedQuery } from './grade-search.ts';
import { growCatalogue } from './grow-catalogue.ts';
import { ADAPTERS, openLocalSearch, SHIPPED_SERIES } from './local-search.ts';
import { queryVariants } from './query-variants.ts';
import { readSeriesFile } from './read-series-file.ts';
import { printReport, searchReport } from './search-report.ts';

const USAGE = `Usage: npm run eval:search -- [--series FILE] [--queries FILE] [--adapter embedded|opensearch] [--variants N] [--grow N] [--json]

  --series FILE   NDJSON of our schema or of {native, romaji, english, authors, genres, themes, demographic, startYear}; default: the shipped catalogue
  --queries FILE  JSON of the form of fixtures/queries-dev.json, which is the default
  --adapter NAME  embedded (default), or opensearch at OPENSEARCH_URL
  --variants N    instead of a query file: titles and authors of every Nth series in the spellings and with the mistakes of shoppers, made by rule
  --grow N        makes up series beside the real ones until there are N: what a larger shop costs
  --json          one JSON object instead of the table

Exit codes: 0 graded, whatever the grades; 1 the search failed; 2 wrong use or an unreadable file.
`;
const WARM_UP_ROUNDS = 3;
const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

// Whatever the environment says: nothing leaves this machine.
Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
const { series, queries, adapter, grow, variants, json } = readOptions();
const { products, asked } = readInput();
try {
  const graded = answerable(asked, products);
  const local = await openLocalSearch({ adapter, products, openSearchUrl: process.env['OPENSEARCH_URL'] ?? '' });
  try {
    if (!json) process.stderr.write(`${products.length} series indexed and embedded in ${local.indexedInMs} ms\n`);
    // At first unmeasured: a service that has just started is not what shoppers meet.
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await gradeSearch(local.search, graded);
    const grades = await gradeSearch(local.search, graded);
    const notInCatalogue = asked.filter((query) => !graded.includes(query)).map(({ id }) => id);
    const report = searchReport(grades, { adapter, series: products.length, notInCatalogue });
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${printReport(report)}\n`);
  } finally {
    await local.close();
  }
} catch (error) {
  exitWith(EXIT_FAULT, `eval:search: ${(error as Error).message}`);
}

function readOptions(): { series: string | URL; queries: string | URL; adapter: (typeof ADAPTERS)[number]; grow: number; variants: number; json: boolean } {
  try {
    const { values } = parseArgs({
      options: { series: { type: 'string' }, queries: { type: 'string' }, adapter: { type: 'string', default: 'embedded' }, grow: { type: 'string', default: '0' }, variants: { type: 'string', default: '0' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const chosen = ADAPTERS.find((name) => name === values.adapter);
    if (chosen === undefined) throw new Error(`--adapter is one of ${ADAPTERS.join(', ')}`);
    for (const name of ['grow', 'variants'] as const) if (!/^\d{1,6}$/.test(values[name])) throw new Error(`--${name} takes a whole number`);
    if (values.variants !== '0' && values.queries !== undefined) throw new Error('--variants and --queries exclude each other');
    return { grow: Number(values.grow), variants: Number(values.variants), series: values.series ?? SHIPPED_SERIES, queries: values.queries ?? new URL('../fixtures/queries-dev.json', import.meta.url), adapter: chosen, json: values.json };
  } catch (error) {
    return exitWith(EXIT_USAGE, `eval:search: ${(error as Error).message}\n\n${USAGE}`);
  }
}

function readInput(): { products: ReturnType<typeof readSeriesFile>; asked: GradedQuery[] } {
  try {
    const own = readSeriesFile(series, (line, problem) => process.stderr.write(`passed over: line ${line} ${problem}\n`));
    if (variants > 0) return { products: growCatalogue(own, grow), asked: queryVariants(own, variants) };
    const { queries: asked } = JSON.parse(readFileSync(queries, 'utf8')) as { queries?: GradedQuery[] };
    if (!Array.isArray(asked)) throw new Error('the query file has no "queries"');
    return { products: growCatalogue(own, grow), asked: asked.map((query) => ({ ...query, expected: query.expected ?? [] })) };
  } catch (error) {
    return exitWith(EXIT_USAGE, `eval:search: ${(error as Error).message}`);
  }
}

function exitWith(exitCode: number, text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}
