import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { help, readOptions, UsageError } from './options.ts';
import { startOpenSearchNode } from './start-opensearch-node.ts';
import { UnavailableError } from './unavailable-error.ts';

const USAGE = 2;
/** As sysexits.h has it: try again later, or elsewhere. */
const UNAVAILABLE = 75;

async function main(): Promise<number> {
  const { isHelp, port, memoryMb, command } = readOptions(process.argv.slice(2), process.env);
  if (isHelp) {
    process.stdout.write(help);
    return 0;
  }
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort()).on('SIGINT', () => stop.abort());
  const startMs = performance.now();
  const folder = fileURLToPath(new URL('../../../.local/opensearch/', import.meta.url));
  const node = await startOpenSearchNode({ port, folder, memoryMb, fetchTimeoutMs: 120_000 });
  try {
    if (stop.signal.aborted) return 0;
    console.log(`opensearch-node is ready: ${node.url} (${Math.round(performance.now() - startMs)} ms)`);
    const [program, ...args] = command;
    if (program !== undefined) return await run(program, args, node.url, stop.signal);
    const stopped = new Promise<'stopped'>((resolve) => stop.signal.addEventListener('abort', () => resolve('stopped')));
    if ((await Promise.race([stopped, node.ended])) === 'stopped') return 0;
    throw new Error('The node ended by itself.');
  } finally {
    await node.close();
  }
}

function run(program: string, args: readonly string[], url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, OPENSEARCH_URL: url } });
    signal.addEventListener('abort', () => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(error.message);
    return USAGE;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    console.error('The port is taken. Stop what uses it, or choose another with --port.');
    return USAGE;
  }
  if (error instanceof UnavailableError) {
    console.error(`No OpenSearch node on this machine: ${error.message}`);
    return UNAVAILABLE;
  }
  console.error(error);
  return 1;
}

process.exitCode = await main().catch(explain);
