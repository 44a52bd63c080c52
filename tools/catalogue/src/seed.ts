import { ConfigError, readConfig } from '@manga-assist/config';
import { SeedConfig } from './seed-config.ts';
import { seedStore } from './seed-store.ts';

const TIMEOUT_MS = 10_000;
const EXIT_FAULT = 1;
const EXIT_SETUP = 2;

const isLocal = (endpoint: string | undefined): boolean => endpoint !== undefined && endpoint !== '' && !/amazonaws\.com|api\.aws/i.test(endpoint);
const anywhere = process.env['AWS_ENDPOINT_URL'];
// The key `local` is known to everybody: it must not reach a real account's tables, and covers not its buckets.
if (!isLocal(process.env['AWS_ENDPOINT_URL_DYNAMODB'] || anywhere) || !isLocal(process.env['AWS_ENDPOINT_URL_S3'] || anywhere)) {
  exitWith(EXIT_SETUP, 'seed: fills a local DynamoDB only, and a local S3; set AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL to their addresses, such as http://127.0.0.1:4567 and :4566.');
}

try {
  const startedAt = performance.now();
  const { products, orders, apiKeys, covers } = await seedStore(readConfig(SeedConfig, process.env), Date.now(), AbortSignal.timeout(TIMEOUT_MS));
  process.stdout.write(`seeded ${products} series, ${orders} orders, ${covers} covers and ${apiKeys} API key in ${Math.round(performance.now() - startedAt)} ms\n`);
} catch (error) {
  if (error instanceof ConfigError) exitWith(EXIT_SETUP, error.message);
  const { message, cause } = error as Error;
  exitWith(EXIT_FAULT, `seed: ${message}${cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ''}`);
}

function exitWith(exitCode: number, line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(exitCode);
}
