import { setTimeout as pause } from 'node:timers/promises';
import type { OwnProcess } from './processes/own-process.ts';
import type { World } from './world.ts';

/** A failpoint that nobody has come by for so long is not there. */
const REACHED_WITHIN_MS = 60_000;

/** Starts a process that is to die at a failpoint, waits until it has, and counts. */
export class Deaths {
  readonly byFailpoint = new Map<string, number>();
  readonly notReached = new Set<string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get total(): number {
    return [...this.byFailpoint.values()].reduce((sum, count) => sum + count, 0);
  }

  /** `meanwhile` is done while it is up, again and again. */
  async at(failpoint: string, start: () => Promise<OwnProcess>, meanwhile: () => Promise<void> = () => pause(50)): Promise<void> {
    if (this.notReached.has(failpoint)) return;
    const child = await start();
    await child.up().catch(() => undefined); // it may die while it comes up: the sweeper begins at once
    const givesUpAtMs = Date.now() + REACHED_WITHIN_MS;
    while (!child.isGone && Date.now() < givesUpAtMs) await meanwhile();
    if (child.isGone) this.byFailpoint.set(failpoint, (this.byFailpoint.get(failpoint) ?? 0) + 1);
    else this.notReached.add(failpoint);
    child.kill();
    const { signal } = await child.ended;
    this.#world.history.note('died', { failpoint, worker: child.name, signal });
  }
}
