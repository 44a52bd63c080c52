import { setTimeout as pause } from 'node:timers/promises';
import { ORDERED_QUEUE, QUEUE_OF_PRIORITY, type Job } from '@manga-assist/jobs';
import { isTerminal } from '@manga-assist/schemas/jobs';
import { depthOf, readJobs } from './check/stores.ts';
import type { Accepted } from './load/accepted.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 500;
/** Rows read at a look: reading all of ten thousand again and again would slow down who works on them. */
const MOST_READ = 500;
const QUEUES = [...Object.values(QUEUE_OF_PRIORITY), ORDERED_QUEUE];

/** It has ended, and everything that follows has been done. */
function isFinished(job: Job | undefined): boolean {
  return job !== undefined && isTerminal(job.status) && job.pendingSteps.length === 0;
}

/** Whether nothing is left to do, as the rows, the receiver and the queues see it. Each wait ends at the latest then, and says when it ended. */
export class Settled {
  readonly #world: World;
  readonly #unfinished: Set<Accepted>;
  /** Ids whose end a webhook must tell: jobs and batches. */
  readonly #told: readonly string[];

  constructor(world: World, orders: readonly Accepted[], told: readonly string[]) {
    this.#world = world;
    this.#unfinished = new Set(orders);
    this.#told = told;
  }

  get untold(): number {
    return this.#told.filter((id) => !this.#world.receiver.isTold(id)).length;
  }

  /** As last seen. */
  get unfinished(): readonly string[] {
    return [...this.#unfinished].map(({ jobId }) => jobId);
  }

  finishedBy(atMs: number): Promise<number> {
    return waitUntil(atMs, async () => {
      while (this.#unfinished.size > 0) {
        const open = [...this.#unfinished].slice(0, MOST_READ);
        const jobs = await readJobs(this.#world, open);
        for (const order of open) if (isFinished(jobs.get(order.jobId))) this.#unfinished.delete(order);
        if (open.some((order) => this.#unfinished.has(order))) return false;
      }
      return true;
    });
  }

  /** A receiver that was down for a moment is asked again after minutes. */
  toldBy(atMs: number): Promise<number> {
    return waitUntil(atMs, async () => this.untold === 0);
  }

  /** The second messages of jobs that have ended are let go when they come by. */
  queuesEmptyBy(atMs: number): Promise<number> {
    return waitUntil(atMs, async () => (await Promise.all(QUEUES.map(depthOf))).every((depth) => depth === 0));
  }
}

async function waitUntil(atMs: number, isSo: () => Promise<boolean>): Promise<number> {
  while (!(await isSo()) && Date.now() < atMs) await pause(LOOK_EVERY_MS);
  return Date.now();
}
