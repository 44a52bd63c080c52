import { randomUUID } from 'node:crypto';
import { claimCheckOf, openDynamoJobStore, type JobOrder } from '@manga-assist/jobs';
import { openSqsQueueDepths, openSqsQueueSender } from '@manga-assist/queues';
import type { BenchStack } from './bench-stack.ts';
import { BenchProcess } from './processes.ts';
import { rounded } from './statistics.ts';

const QUEUE = 'manga-fm-normal';
const OWNER = { tenantId: 'bench', subject: 'bench' };
const ANSWER_TOKENS = 100;
const GIVE_UP_AFTER_MS = 180_000;
const CREATED_AT_ONCE = 16;
/** Most that one look at the store may ask for. */
const LOOK = 100;

export interface JobsEndToEnd {
  jobs: number;
  jobsPerSecond: number;
  completed: number;
}

/** Jobs a second from a full queue to the written result: claim, model, result in S3, end and outbox, over a model that answers at once. */
export async function jobsEndToEnd(stack: BenchStack, { jobs }: { jobs: number }): Promise<JobsEndToEnd> {
  const signal = AbortSignal.timeout(GIVE_UP_AFTER_MS);
  const model = await BenchProcess.start('tools/bedrock-local/src/main.ts', ['--port', '0', '--ttft-ms', '0', '--tokens-per-second', '0', '--benchmark-tokens', String(ANSWER_TOKENS)], {}, (line) => line.includes('http://'));
  const bedrockUrl = /http:\/\/[\d.:]+/.exec(model.readyLine)?.[0] ?? '';
  const store = openDynamoJobStore({ table: 'manga-fm-request-status' });
  const sender = openSqsQueueSender();
  const depths = openSqsQueueDepths();
  let worker: BenchProcess | undefined;
  try {
    const orders = Array.from({ length: jobs }, anOrder);
    await eachAtOnce(orders, (order) => store.create(order, signal));
    await sender.sendMany(orders.map((order) => claimCheckOf(order)), signal);
    await eachAtOnce(batched(orders.map(({ jobId }) => jobId), LOOK), (ids) => store.markSent(ids, signal));

    const environment = { ...stack.env, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUrl, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info', MOST_JOBS_AT_ONCE: '64' };
    const started = await BenchProcess.start('apps/async-worker/src/main.ts', [], environment, (line) => line.includes('listening') || line.includes('ready'));
    worker = started.process;
    const startedAtMs = Date.now();
    while (await hasWork(depths, signal)) await new Promise((resolve) => setTimeout(resolve, 200));

    const ended = (await Promise.all(batched(orders.map(({ jobId }) => jobId), LOOK).map((ids) => store.getMany(OWNER, ids, signal)))).flat();
    const completed = ended.filter(({ status }) => status === 'completed');
    const lastEndMs = Math.max(...completed.map(({ endedAtMs }) => endedAtMs ?? 0));
    return { jobs, completed: completed.length, jobsPerSecond: rounded(completed.length / ((lastEndMs - startedAtMs) / 1_000)) };
  } finally {
    await worker?.stop();
    await model.process.stop();
    await Promise.all([store.close(), sender.close(), depths.close()]);
  }
}

async function hasWork(depths: ReturnType<typeof openSqsQueueDepths>, signal: AbortSignal): Promise<boolean> {
  const { waiting, inFlight, delayed } = await depths.of(QUEUE, signal);
  return waiting + inFlight + delayed > 0;
}

function anOrder(): JobOrder {
  const nowMs = Date.now();
  return {
    jobId: randomUUID(),
    owner: OWNER,
    type: 'prompt',
    input: { prompt: 'Which series should a reader of pirate stories begin with?' },
    priority: 'normal',
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 3_600_000,
    requestId: 'bench',
  };
}

async function eachAtOnce<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: CREATED_AT_ONCE }, async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await run(next);
    }),
  );
}

function batched<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
