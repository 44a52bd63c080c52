import { parseArgs } from 'node:util';

export type Proof = 'storm' | 'sweep' | 'fairness';

export interface ChaosOptions {
  isHelp: boolean;
  proof: Proof;
  isQuick: boolean;
  jobs: number;
  kills: number;
  /** Of the sweep: how often a worker dies at each failpoint. */
  times: number;
  seed: number;
  isJson: boolean;
}

/** What a proof is told. */
export interface ChaosRun extends ChaosOptions {
  /** This process's own: the servers' addresses are put into it, so that adapters here find them as those of services do. */
  environment: NodeJS.ProcessEnv;
}

/** A wrong flag; the message is for the person at the terminal. */
export class UsageError extends Error {}

export const help = `Usage: npm run chaos:jobs -- [options]

Runs the whole way of a job for real, breaks it on purpose, and counts what is lost: the local stack, the
local Bedrock, workers as processes of their own, and a receiver of webhooks, all on free ports of 127.0.0.1.
Ends with "N passed, M failed"; the exit code is 1 when anything failed.

  (no flag)          the storm: jobs over the three queues of priority, a worker killed every two seconds (ten in a row,
                     then a pause), another one frozen beyond its lease, poison in the queues, one message in five delivered twice
  --sweep            workers die at every named failpoint, and doors in the middle of requests, again and again
  --fairness         high priority before a backlog of low, and a quiet tenant beside a noisy one

  --quick            a tenth of everything, for CI: about two and a half minutes
  --jobs <number>    how many jobs                          (storm 10000, quick 1000)
  --kills <number>   at least so many                       (storm 30, quick 6)
  --times <number>   deaths at each failpoint               (sweep 20, quick 2)
  --seed <number>    repeats what was random in another run (by the clock)
  --json             the findings as JSON at the end
  --help             this text
`;

export function readOptions(args: readonly string[], nowMs: number): ChaosOptions {
  const values = parsed(args);
  if (values.sweep && values.fairness) throw new UsageError('--sweep and --fairness are two proofs: one at a time.');
  const isQuick = values.quick ?? false;
  const whole = (flag: 'jobs' | 'kills' | 'times' | 'seed', fallback: number, least: number): number => {
    const text = values[flag];
    if (text === undefined) return fallback;
    if (!/^\d{1,10}$/.test(text) || Number(text) < least) throw new UsageError(`--${flag} must be a whole number of at least ${least}.`);
    return Number(text);
  };
  return {
    isHelp: values.help ?? false,
    proof: values.sweep ? 'sweep' : values.fairness ? 'fairness' : 'storm',
    isQuick,
    jobs: whole('jobs', isQuick ? 1_000 : 10_000, 10),
    kills: whole('kills', isQuick ? 6 : 30, 0),
    times: whole('times', isQuick ? 2 : 20, 1),
    seed: whole('seed', nowMs % 1_000_000_000, 0),
    isJson: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { sweep: flag, fairness: flag, quick: flag, json: flag, help: { ...flag, short: 'h' }, jobs: text, kills: text, times: text, seed: text } }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See --help.`);
  }
}
