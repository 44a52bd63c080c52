import { Command } from 'commander';
import { bareMessages, type BareMessages } from './bare-messages.ts';
import { startStack } from './bench-stack.ts';
import { fullQueues, type FullQueues } from './full-queues.ts';
import { jobsEndToEnd, type JobsEndToEnd } from './jobs-end-to-end.ts';
import { workerMemory, type WorkerMemory } from './worker-memory.ts';

const PARTS = ['messages', 'jobs', 'full-queues', 'memory'] as const;
/** Of every part for a second of `--seconds`; what it takes depends on the machine. */
const MESSAGES_A_SECOND = 2_500;
const PROBES_A_SECOND = 10;
const JOBS_A_SECOND = 250;
/** What a call takes from a service to SQS in the same region, about. */
const REGION_DELAY_MS = 10;
/** Whatever happens, nothing of this runs for longer. */
const LIMIT_MS = 900_000;

const program = new Command('bench:jobs')
  .description(
    'Measures the queues and the jobs: messages a second of the bare transport beside the plainest loop of the SDK and sqs-consumer,\n' +
      'jobs a second end to end over a model that answers at once, dwell and memory with full queues.\n' +
      'Starts what it needs on free ports of this machine, and stops it again.',
  )
  .option('--seconds <number>', 'about how long each measurement is to take', Number, 4)
  .option('--rounds <number>', 'how often the ways to take messages have their turn; medians are printed', Number, 3)
  .option('--only <names>', `some of: ${PARTS.join(', ')} (comma between)`)
  .option('--json', 'print everything as JSON')
  .parse();
const { seconds, rounds, only, json } = program.opts<{ seconds: number; rounds: number; only?: string; json?: boolean }>();
if (!(seconds > 0 && seconds <= 60) || !(rounds >= 1 && rounds <= 20)) program.error('--seconds takes up to 60, --rounds up to 20', { exitCode: 2 });
const wanted = only?.split(',') ?? [...PARTS];
if (!wanted.every((name) => PARTS.some((part) => part === name))) program.error(`--only takes ${PARTS.join(', ')}`, { exitCode: 2 });

const say = (text: string): void => {
  if (!json) process.stdout.write(`${text}\n`);
};

function sayMessages({ delayMs, messagesPerSecond, cpuMicroseconds, transportToRaw, transportToSqsConsumer }: BareMessages): void {
  say(`\nMessages a second, a handler that does nothing, 8 calls at once, ${delayMs} ms added to every answer of SQS`);
  for (const [name, perSecond] of Object.entries(messagesPerSecond)) {
    say(`  ${name.padEnd(14)}${perSecond.toLocaleString('en').padStart(8)}/s   ${String(cpuMicroseconds[name]).padStart(5)} µs of CPU each`);
  }
  say(`  transport to raw loop ${transportToRaw}, to sqs-consumer ${transportToSqsConsumer}`);
}

function sayFullQueues({ urgentDwellMs, quietTenantDwellMs }: FullQueues): void {
  say('\nThe bare transport with 64 places and 1 s of work for each message');
  say(`  dwell of an urgent message       p50 ${urgentDwellMs.behindBacklog.p50} ms, p99 ${urgentDwellMs.behindBacklog.p99} ms (idle ${urgentDwellMs.idle.p50}, ${urgentDwellMs.idle.p99})`);
  say(`  dwell of a quiet tenant's        p50 ${quietTenantDwellMs.behindNoisy.p50} ms, p99 ${quietTenantDwellMs.behindNoisy.p99} ms (idle ${quietTenantDwellMs.idle.p50}, ${quietTenantDwellMs.idle.p99})`);
}

function sayJobs({ jobs, completed, jobsPerSecond }: JobsEndToEnd): void {
  say('\nJobs end to end, one worker with 64 places, a model that answers at once');
  say(`  ${jobsPerSecond}/s, ${completed} of ${jobs} completed`);
}

function sayMemory({ rssMib, stillWaiting }: WorkerMemory): void {
  say('\nMemory of one async-worker, all of its 64 places taken');
  say(`  with 20,000 waiting              ${rssMib.withBacklog} MiB, ${stillWaiting.toLocaleString('en')} still waiting at the end (idle ${rssMib.idle} MiB)`);
}

const limit = setTimeout(() => {
  process.stderr.write(`Given up after ${LIMIT_MS} ms.\n`);
  process.exit(1);
}, LIMIT_MS);
limit.unref();

const stack = await startStack();
const stop = () => void stack.stop().then(() => process.exit(130));
process.once('SIGINT', stop).once('SIGTERM', stop);
// The clients of this process find the stack as a service does.
Object.assign(process.env, stack.env);
const found: { messages: BareMessages[]; fullQueues?: FullQueues; jobs?: JobsEndToEnd; memory?: WorkerMemory } = { messages: [] };
try {
  for (const delayMs of wanted.includes('messages') ? [0, REGION_DELAY_MS] : []) {
    const messages = await bareMessages(stack, delayMs, { messages: Math.ceil(seconds * MESSAGES_A_SECOND), rounds });
    found.messages.push(messages);
    sayMessages(messages);
  }
  if (wanted.includes('jobs')) sayJobs((found.jobs = await jobsEndToEnd(stack, { jobs: Math.ceil(seconds * JOBS_A_SECOND) })));
  if (wanted.includes('full-queues')) sayFullQueues((found.fullQueues = await fullQueues(stack, { probes: Math.ceil(seconds * PROBES_A_SECOND) })));
  // Last: what it leaves in its queue is in nobody's way then.
  if (wanted.includes('memory')) sayMemory((found.memory = await workerMemory(stack, { sampleForMs: seconds * 1_000 })));
  if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
} finally {
  await stack.stop();
}
process.exit(0);
