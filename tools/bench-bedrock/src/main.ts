import { Command } from 'commander';
import { compareClients } from './compare-clients.ts';
import { comparisonInWords } from './comparison-in-words.ts';
import { runStorm, stormInWords } from './storm.ts';

interface Options {
  seconds?: number;
  rounds: number;
  quick?: boolean;
  json?: boolean;
  storm?: boolean;
  rate: number;
  throttled: number;
  deadline: number;
}

// Whatever the environment says: nothing leaves this machine.
Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const program = new Command('bench:bedrock')
  .description(
    'Measures libs/bedrock beside the bare AWS SDK and a minimal relay, all in one run, each in a process of its own,\n' +
      'against a mock upstream that answers at once. With --storm: what a throttled Bedrock gets and gives.\n' +
      'Starts what it needs on free ports and stops it again. Exit code 1: a goal was missed.',
  )
  .option('--seconds <number>', 'how long each measurement runs in each round (3), or the storm lasts (30)', Number)
  .option('--rounds <number>', 'how often the clients take turns; medians are printed', Number, 3)
  .option('--quick', 'one short round, to see that it runs')
  .option('--json', 'print the figures as JSON')
  .option('--storm', 'a throttle storm instead of the comparison')
  .option('--rate <number>', 'requests a second of the storm', Number, 40)
  .option('--throttled <share>', 'part of the calls that the storm throttles', Number, 0.6)
  .option('--deadline <ms>', 'of each request of the storm', Number, 5_000)
  .parse();
const { seconds, rounds, quick, json, storm, rate, throttled, deadline } = program.opts<Options>();
const areSensible = (seconds === undefined || seconds > 0) && rounds >= 1 && rate > 0 && throttled >= 0 && throttled <= 1 && deadline > 0;
if (!areSensible) program.error('numbers are positive, --throttled is between 0 and 1', { exitCode: 2 });

let isMet: boolean;
if (storm) {
  const report = await runStorm({ forMs: (seconds ?? (quick ? 3 : 30)) * 1_000, requestsPerSecond: rate, throttledShare: throttled, deadlineMs: deadline });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : stormInWords(report)}\n`);
  isMet = report.isMet;
} else {
  const comparison = await compareClients({
    ...(quick ? { forMs: 500, rounds: 1 } : { forMs: (seconds ?? 3) * 1_000, rounds }),
    report: (line) => process.stderr.write(`measuring ${line} …\n`),
  });
  process.stdout.write(`${json ? JSON.stringify(comparison, null, 2) : comparisonInWords(comparison)}\n`);
  isMet = comparison.goals.every((goal) => goal.isMet);
}
process.exitCode = isMet ? 0 : 1;
