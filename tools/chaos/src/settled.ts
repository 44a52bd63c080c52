import { setTimeout as pause } from 'node:timers/promises';
import { ORDERED_QUEUE, QUEUE_OF_PRIORITY } from '@manga-assist/jobs';
import { isTerminal } from '@manga-assist/schemas/jobs';
import { depthOf, readJobs } from './check/stores.ts';
import type { Accepted } from './load/accepted.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 500;
const QUEUES = [...Object.values(QUEUE_OF_PRIORITY), ORDERED_QUEUE];

/** Whether nothing is left to do, as the receiver, the queues and the rows see it. */
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

  /** Waits for it, at most until then; when it came. */
  async by(atMs: number): Promise<number> {
    while (Date.now() < atMs && !(await this.#isSettled())) await pause(LOOK_EVERY_MS);
    return Date.now();
  }

  /** The cheap looks first. */
  async #isSettled(): Promise<boolean> {
    if (this.untold > 0) return false;
    for (const name of QUEUES) if ((await depthOf(name)) > 0) return false;
    const open = this.#orders.filter(({ jobId }) => !this.#finished.has(jobId));
    for (const { jobId, status, pendingSteps } of (await readJobs(this.#world, open)).values()) {
      if (isTerminal(status) && pendingSteps.length === 0) this.#finished.add(jobId);
    }
    return this.#finished.size === this.#orders.length;
  }
}
