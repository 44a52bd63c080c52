import { fairness } from './fairness.ts';
import { help, readOptions, UsageError, type ChaosOptions, type ChaosRun } from './options.ts';
import { killAll } from './processes/own-process.ts';
import { tableOf, type Finding } from './report.ts';
import { storm } from './storm.ts';
import { sweep } from './sweep.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_STOPPED = 130;

const PROOFS: Record<ChaosOptions['proof'], (run: ChaosRun, say: (line: string) => void) => Promise<Finding[]>> = { storm, sweep, fairness };

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), Date.now());
  if (options.isHelp) {
    process.stdout.write(help);
    return 0;
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  say(`${options.proof}${options.isQuick ? ', quick' : ''}: --seed ${options.seed}`);
  const findings = await PROOFS[options.proof]({ ...options, environment: process.env }, say);
  process.stdout.write(tableOf(findings));
  if (options.isJson) process.stdout.write(`${JSON.stringify({ proof: options.proof, seed: options.seed, findings })}\n`);
  return findings.every(({ isOk }) => isOk) ? 0 : EXIT_FAILED;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killAll();
    process.exit(EXIT_STOPPED);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_USAGE;
}
process.exit();
