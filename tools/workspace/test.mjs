// Runs every test of the repository in one Jest run and ends with one line: N passed, N failed.
// Arguments go to Jest: npm test -- chat-gateway
import './assert-node.mjs';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Suites in processes of their own, also on two cores: what one leaves open cannot hold up the others. */
const WORKERS = '2';
/** A run that hangs ends as a failure, long before the patience of whoever started it does. */
const TIME_LIMIT_MS = 16 * 60_000;

const folder = await mkdtemp(join(tmpdir(), 'manga-assist-tests-'));
const outputFile = join(folder, 'result.json');
const jest = spawn(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--config', 'jest.preset.js', '--rootDir', '.', '--maxWorkers', WORKERS, '--forceExit', '--json', '--outputFile', outputFile, ...process.argv.slice(2)],
  {
    // Jest prints its JSON to stdout too, where nobody wants to read it; its own report goes to stderr.
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning', NODE_ENV: 'test' },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
const limit = setTimeout(() => {
  console.error(`Still running after ${TIME_LIMIT_MS / 60_000} minutes: stopped.`);
  jest.kill('SIGKILL');
}, TIME_LIMIT_MS);
const exitCode = await new Promise((resolve) => jest.on('close', (code) => resolve(code ?? 1)));

clearTimeout(limit);

let line = '0 passed, 1 failed';
try {
  const result = JSON.parse(await readFile(outputFile, 'utf8'));
  // A file that could not even be loaded has no tests to count, and is a failure all the same.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  line = `${result.numPassedTests} passed, ${failed} failed${result.numPendingTests > 0 ? `, ${result.numPendingTests} skipped` : ''}`;
} catch {
  console.error('Jest ended before it wrote its result.');
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(line);
process.exit(exitCode);
