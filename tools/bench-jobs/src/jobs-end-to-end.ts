import type { BenchStack } from './bench-stack.ts';
import { rounded } from './statistics.ts';
import { WorkerUnderLoad } from './worker-under-load.ts';

const GIVE_UP_AFTER_MS = 300_000;
/** A process that has just begun is slower than it will be. */
const WARM_UP_JOBS = 200;

export interface JobsEndToEnd {
  jobs: number;
  jobsPerSecond: number;
  completed: number;
}

/** Jobs a second from the first message's sending to the last job's end: claim, model, result in S3, end and outbox, over a model that answers at once. */
export async function jobsEndToEnd(stack: BenchStack, { jobs }: { jobs: number }): Promise<JobsEndToEnd> {
  const worker = await WorkerUnderLoad.start(stack, { answerMs: 0, giveUpAfterMs: GIVE_UP_AFTER_MS });
  try {
    await worker.send(await worker.write(WARM_UP_JOBS, 'normal'));
    await worker.done('normal');

    const orders = await worker.write(jobs, 'normal');
    const startedAtMs = Date.now();
    await worker.send(orders);
    await worker.done('normal');
    const completed = (await worker.read(orders)).filter(({ status }) => status === 'completed');
    const lastEndMs = Math.max(...completed.map(({ endedAtMs }) => endedAtMs ?? 0));
    return { jobs, completed: completed.length, jobsPerSecond: rounded(completed.length / ((lastEndMs - startedAtMs) / 1_000)) };
  } finally {
    await worker.stop();
  }
}
