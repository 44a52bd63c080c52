import { randomUUID } from 'node:crypto';
import { claimCheckOf, openDynamoJobStore, QUEUE_OF_PRIORITY, type Job, type JobOrder, type JobStore } from '@manga-assist/jobs';
import { openSqsQueueDepths, openSqsQueueSender, type QueueDepth } from '@manga-assist/queues';
import type { JobPriority } from '@manga-assist/schemas/jobs';
import type { BenchStack } from './bench-stack.ts';
import { BenchProcess } from './processes.ts';

const OWNER = { tenantId: 'bench', subject: 'bench' };
const ANSWER_TOKENS = 100;
const PLACES = 64;
const AT_ONCE = 16;
/** Most that one look at the store may ask for. */
const LOOK = 100;
const LOOK_EVERY_MS = 200;
/** Two cores hold the servers, the worker and this: a slow answer is no failure here. */
const PATIENCE_MS = 20_000;

/** One async-worker, over a model that takes as long as it is told, and jobs for it. */
export class WorkerUnderLoad {
  readonly #signal: AbortSignal;
  readonly #processes: readonly BenchProcess[];
  readonly #url: string;
  readonly #jobs: JobStore = openDynamoJobStore({ table: 'manga-fm-request-status', attemptTimeoutMs: PATIENCE_MS });
  readonly #sender = openSqsQueueSender();
  readonly #depths = openSqsQueueDepths();

  private constructor(processes: readonly BenchProcess[], url: string, signal: AbortSignal) {
    this.#processes = processes;
    this.#url = url;
    this.#signal = signal;
  }

  /** Up, with nothing to do. */
  static async start(stack: BenchStack, { answerMs, giveUpAfterMs }: { answerMs: number; giveUpAfterMs: number }): Promise<WorkerUnderLoad> {
    const model = await BenchProcess.start('tools/bedrock-local/src/main.ts', ['--port', '0', '--ttft-ms', String(answerMs), '--tokens-per-second', '0', '--benchmark-tokens', String(ANSWER_TOKENS)], {}, (line) => line.includes('http://'));
    const environment = { ...stack.env, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: urlIn(model.readyLine), PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info', LOG_FORMAT: 'json', MOST_JOBS_AT_ONCE: String(PLACES) };
    try {
      const worker = await BenchProcess.start('apps/async-worker/src/main.ts', [], environment, (line) => line.includes('listening'));
      return new WorkerUnderLoad([worker.process, model.process], urlIn(worker.readyLine), AbortSignal.timeout(giveUpAfterMs));
    } catch (error) {
      await model.process.stop();
      throw error;
    }
  }

  /** Rows first: what is measured begins with the messages. */
  async write(count: number, priority: JobPriority): Promise<JobOrder[]> {
    const orders = Array.from({ length: count }, () => anOrder(priority));
    await eachAtOnce(orders, (order) => this.#jobs.create(order, this.#signal));
    return orders;
  }

  async send(orders: readonly JobOrder[]): Promise<void> {
    await this.#sender.sendMany(orders.map((order) => claimCheckOf(order)), this.#signal);
    await eachAtOnce(batched(orders.map(({ jobId }) => jobId)), (ids) => this.#jobs.markSent(ids, this.#signal));
  }

  /** As of jobs, but without their rows. */
  async sendMessages(count: number, priority: JobPriority): Promise<void> {
    await this.#sender.sendMany(Array.from({ length: count }, () => claimCheckOf(anOrder(priority))), this.#signal);
  }

  depth(priority: JobPriority): Promise<QueueDepth> {
    return this.#depths.of(QUEUE_OF_PRIORITY[priority], this.#signal);
  }

  /** Until its queue is empty: every job of it has ended, with its outbox. */
  async done(priority: JobPriority): Promise<void> {
    for (;;) {
      const { waiting, inFlight, delayed } = await this.depth(priority);
      if (waiting + inFlight + delayed === 0) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async read(orders: readonly JobOrder[]): Promise<Job[]> {
    const looks = batched(orders.map(({ jobId }) => jobId)).map((ids) => this.#jobs.getMany(OWNER, ids, this.#signal));
    return (await Promise.all(looks)).flat();
  }

  /** Of the worker's whole process, as it tells its collector. */
  async rssMib(): Promise<number> {
    const metrics = await (await fetch(`${this.#url}/metrics`, { signal: this.#signal })).text();
    const bytes = /^process_resident_memory_bytes\S* (\S+)$/m.exec(metrics)?.[1];
    if (bytes === undefined) throw new Error('the worker does not tell how much memory it has');
    return Number(bytes) / 1_048_576;
  }

  async stop(): Promise<void> {
    for (const process of this.#processes) await process.stop();
    await Promise.all([this.#jobs.close(), this.#sender.close(), this.#depths.close()]);
  }
}

const urlIn = (line: string): string => /http:\/\/[\d.:]+/.exec(line)?.[0] ?? '';

function anOrder(priority: JobPriority): JobOrder {
  const nowMs = Date.now();
  return {
    jobId: randomUUID(),
    owner: OWNER,
    type: 'prompt',
    input: { prompt: 'Which series should a reader of pirate stories begin with?' },
    priority,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 3_600_000,
    requestId: 'bench',
  };
}

async function eachAtOnce<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  let at = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = items[at++]; next !== undefined; next = items[at++]) await run(next);
    }),
  );
}

function batched<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / LOOK) }, (_, at) => items.slice(at * LOOK, (at + 1) * LOOK));
}
