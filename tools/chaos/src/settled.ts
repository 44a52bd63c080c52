import { setTimeout as pause } from 'node:timers/promises';
import { ORDERED_QUEUE, QUEUE_OF_PRIORITY, type Job } from '@manga-assist/jobs';
import { isTerminal } from '@manga-assist/schemas/jobs';
import { depthOf, readJobs } from './check/stores.ts';
import type { Accepted } from './load/accepted.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 500;
const QUEUES = [...Object.values(QUEUE_OF_PRIORITY), ORDERED_QUEUE];

/** It has ended, and everything that follows has been done. */
export function isFinished(job: Job | undefined): boolean {
  return job !== undefined && isTerminal(job.status) && job.pendingSteps.length === 0;
}

/** Whether nothing is left to do, as the queues, the rows and the receiver see it. */
export class Settled {
  readonly #world: World;
  readonly #orders: readonly Accepted[];
  /** Ids whose end a webhook must tell: jobs and batches. */
  readonly #told: readonly string[];
  readonly #finished = new Set<string>();

  constructor(world: World, orders: readonly Accepted[], told: readonly string[]) {
    this.#world = world;
    this.#orders = orders;
    this.#told = told;
  }

  get untold(): number {
    return this.#told.filter((id) => !this.#world.receiver.isTold(id)).length;
  }

  /** Waits, at most until then, for every row to be finished and every queue to be empty; when it came. */
  async by(atMs: number): Promise<number> {
    while (Date.now() < atMs && !(await this.#isSettled())) await pause(LOOK_EVERY_MS);
    return Date.now();
  }

  /** Waits for every webhook: a receiver that was down for a moment is asked again after minutes. */
  async toldBy(atMs: number): Promise<number> {
    while (Date.now() < atMs && this.untold > 0) await pause(LOOK_EVERY_MS);
    return Date.now();
  }

  /** The cheap looks first. */
  async #isSettled(): Promise<boolean> {
    for (const name of QUEUES) if ((await depthOf(name)) > 0) return false;
    const open = this.#orders.filter(({ jobId }) => !this.#finished.has(jobId));
    for (const job of (await readJobs(this.#world, open)).values()) if (isFinished(job)) this.#finished.add(job.jobId);
    return this.#finished.size === this.#orders.length;
  }
}
