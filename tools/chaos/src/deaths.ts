import { setTimeout as pause } from 'node:timers/promises';
import type { OwnProcess } from './processes/own-process.ts';
import type { Death, World } from './world.ts';

/** A failpoint that a worker has not come by for so long is not there. */
const REACHED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 20;

/** Starts processes that are to die, waits until they have, and counts. */
export class Deaths {
  readonly byFailpoint = new Map<string, number>();
  readonly notReached = new Set<string>();
  ofDoors = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** A worker that dies at a failpoint, by its own hand. */
  async at(death: Death, name: string): Promise<void> {
    const { failpoint } = death;
    const worker = await this.#world.worker(name, { death });
    // It may die while it comes up: the sweeper begins at once.
    await worker.up().catch(() => undefined);
    const givesUpAtMs = Date.now() + REACHED_WITHIN_MS;
    while (!worker.isGone && Date.now() < givesUpAtMs) await pause(LOOK_EVERY_MS);
    if (!worker.isGone) this.notReached.add(failpoint);
    worker.kill();
    const { signal } = await worker.ended;
    if (signal === 'SIGKILL' && !this.notReached.has(failpoint)) this.byFailpoint.set(failpoint, (this.byFailpoint.get(failpoint) ?? 0) + 1);
    this.#world.history.note('died', { failpoint, worker: name, signal });
  }

  /** A door that is killed so long after it was asked; `asking` ends without its answers. */
  async ofDoor(door: OwnProcess, afterMs: number, asking: Promise<void>): Promise<void> {
    await pause(afterMs);
    door.kill();
    const [{ signal }] = await Promise.all([door.ended, asking]);
    if (signal === 'SIGKILL') this.ofDoors++;
    this.#world.history.note('died', { door: door.name, afterMs });
  }
}
