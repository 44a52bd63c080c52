import { resolve } from 'node:path';
import { Command } from 'commander';
import { startBenchStack } from './bench-stack.ts';
import { cacheHits } from './benches/cache-hits.ts';
import { catalogueSearch } from './benches/catalogue-search.ts';
import { firstToken } from './benches/first-token.ts';
import { relayedTokens } from './benches/relayed-tokens.ts';
import { restMissAlone, restMissAtOnce } from './benches/rest-miss.ts';
import type { Finding } from './finding.ts';

const BENCHES = {
  'cache-hits': cacheHits,
  'rest-miss': restMissAlone,
  'rest-miss-16': restMissAtOnce,
  'first-token': firstToken,
  'relayed-tokens': relayedTokens,
  'catalogue-search': catalogueSearch,
};
const names = Object.keys(BENCHES) as (keyof typeof BENCHES)[];

const program = new Command('bench')
  .description('Measures what our services add to a model call, each figure beside a baseline of the same run.\nStarts what it needs on free ports of this machine, warms it up, and stops it again.')
  .option('--seconds <number>', 'how long each measurement runs in each round', Number, 4)
  .option('--rounds <number>', 'how often ours and the baseline take turns; medians are printed', Number, 3)
  .option('--quick', 'one short round, to see that it runs')
  .option('--only <names>', `some of: ${names.join(', ')} (comma between)`)
  .option('--profile <folder>', 'leave a CPU profile of each process there')
  .option('--json', 'print the findings as JSON')
  .parse();
const { seconds, rounds, quick, only, profile, json } = program.opts<{ seconds: number; rounds: number; quick?: boolean; only?: string; profile?: string; json?: boolean }>();
const pace = quick ? { secondsEach: 1, rounds: 1 } : { secondsEach: seconds, rounds };
if (!(pace.secondsEach > 0) || !(pace.rounds >= 1)) program.error('--seconds and --rounds take positive numbers', { exitCode: 2 });
const wanted = only === undefined ? names : names.filter((name) => only.split(',').includes(name));
if (wanted.length < (only?.split(',').length ?? 0)) program.error(`--only takes ${names.join(', ')}`, { exitCode: 2 });

const stack = await startBenchStack(profile === undefined ? undefined : resolve(profile));
// For baselines that run in this process.
Object.assign(process.env, stack.environment);
const stop = async (): Promise<never> => {
  await stack.close();
  process.exit(130);
};
process.on('SIGINT', () => void stop()).on('SIGTERM', () => void stop());

try {
  const findings: Finding[] = [];
  for (const name of wanted) {
    const finding = await BENCHES[name](stack, pace);
    findings.push(finding);
    if (!json) {
      process.stdout.write(
        `\n${finding.what}\n  ours      ${finding.ours}\n  baseline  ${finding.baseline}\n  ratio     ${finding.ratio}\n  CPU       ${finding.cpu}\n`,
      );
    }
  }
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
} finally {
  await stack.close();
}
