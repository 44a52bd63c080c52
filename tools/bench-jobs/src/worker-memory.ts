import type { BenchStack } from './bench-stack.ts';
import { mustWait } from './must-wait.ts';
import { WorkerUnderLoad } from './worker-under-load.ts';

const BACKLOG = 20_000;
const GIVE_UP_AFTER_MS = 600_000;
/** Long enough that the worker, all of its places taken all the time, leaves nearly everything waiting. */
const ANSWER_MS = 5_000;
/** More than are begun. Those behind them are only messages: what their rows say, nobody reads. */
const WITH_ROWS = 2_000;
const SAMPLE_EVERY_MS = 250;
/** Whatever the filling took is given back. */
const LOADED_AFTER_MS = 5_000;

export interface WorkerMemory {
  /** The most that was seen of the async-worker's whole process. */
  rssMib: { idle: number; withBacklog: number };
  /** Of 20,000, when the last sample was taken. */
  stillWaiting: number;
}

/** What waits must cost no memory: an async-worker with nothing to do, and one with all its places taken and 20,000 jobs waiting. */
export async function workerMemory(stack: BenchStack, { sampleForMs }: { sampleForMs: number }): Promise<WorkerMemory> {
  const worker = await WorkerUnderLoad.start(stack, { answerMs: ANSWER_MS, giveUpAfterMs: GIVE_UP_AFTER_MS });
  const mostOf = async (forMs: number): Promise<number> => {
    let most = 0;
    for (const endsAt = performance.now() + forMs; performance.now() < endsAt; await pause(SAMPLE_EVERY_MS)) most = Math.max(most, await worker.rssMib());
    return Math.round(most);
  };
  try {
    const idle = await mostOf(sampleForMs);
    await worker.send(await worker.write(WITH_ROWS, 'low'));
    await worker.sendMessages(BACKLOG - WITH_ROWS, 'low');
    await pause(LOADED_AFTER_MS);
    const withBacklog = await mostOf(sampleForMs);
    const { waiting } = await worker.depth('low');
    mustWait(waiting, BACKLOG);
    return { rssMib: { idle, withBacklog }, stillWaiting: waiting };
  } finally {
    await worker.stop();
  }
}

const pause = (forMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, forMs));
