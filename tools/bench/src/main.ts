import { Command } from 'commander';
import { startBenchStack } from './bench-stack.ts';
import { cacheHits, firstToken, relayedTokens, restMiss, type Finding } from './benches.ts';

const program = new Command('bench')
  .description('Measures what our services add to a model call, each figure beside a baseline of the same run.\nStarts what it needs on free ports of this machine and stops it again.')
  .option('--seconds <number>', 'how long each measurement runs in each round', Number, 4)
  .option('--rounds <number>', 'how often ours and the baseline take turns; medians are printed', Number, 3)
  .option('--quick', 'one short round, to see that it runs')
  .option('--json', 'print the findings as JSON')
  .parse();
const { seconds, rounds, quick, json } = program.opts<{ seconds: number; rounds: number; quick?: boolean; json?: boolean }>();
const options = quick ? { secondsEach: 1, rounds: 1 } : { secondsEach: seconds, rounds };
if (!(options.secondsEach > 0) || !(options.rounds >= 1)) program.error('--seconds and --rounds take positive numbers', { exitCode: 2 });

const stack = await startBenchStack();
const stop = async (): Promise<never> => {
  await stack.close();
  process.exit(130);
};
process.on('SIGINT', () => void stop()).on('SIGTERM', () => void stop());

try {
  const findings: Finding[] = [];
  for (const bench of [restMiss, cacheHits, firstToken, relayedTokens]) {
    const finding = await bench(stack, options);
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
