import { setTimeout as pause } from 'node:timers/promises';
import type { Ending, OwnProcess } from './processes/own-process.ts';
import type { SeededRandom } from './random.ts';
import type { World } from './world.ts';

/** A worker that does not come up so often in a row never will. */
const MOST_STARTS = 5;
const KILL_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 100;

/** Two workers of which one is killed at random every other second, and started again. */
export class Killer {
  readonly killedAtMs: number[] = [];
  /** Why a worker does not start any more: then there is nothing left to prove. */
  broken: unknown;
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #victims = new Map<string, OwnProcess | undefined>();
  readonly #up = new Set<OwnProcess>();
  readonly #end = new AbortController();
  #killing: Promise<void> = Promise.resolve();

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  get kills(): number {
    return this.killedAtMs.length;
  }

  /** Both, up. */
  async start(): Promise<void> {
    await Promise.all([this.#begin('worker-1'), this.#begin('worker-2')]);
  }

  /** Until `end`: after so many kills in a row there is a pause. */
  run({ inARow, pauseMs }: { inARow: number; pauseMs: number }): void {
    this.#killing = this.#kill(inARow, pauseMs);
  }

  /** No more kills. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#killing;
  }

  /** Lets both stop by themselves; how they ended. */
  async stop(): Promise<Ending[]> {
    const workers = [...this.#victims.values()].filter((worker) => worker !== undefined);
    await Promise.all(workers.map((worker) => worker.up()));
    return Promise.all(workers.map((worker) => worker.stop()));
  }

  async #kill(inARow: number, pauseMs: number): Promise<void> {
    while (this.kills > 0 && this.kills % inARow === 0 ? await this.#hadPeace(pauseMs) : await this.#waited(KILL_EVERY_MS)) {
      // One that is only just starting has nothing in its hands: killing it would prove nothing.
      const up = [...this.#victims.values()].filter((worker) => worker !== undefined && this.#up.has(worker)) as OwnProcess[];
      if (up.length === 0) continue;
      const victim = this.#random.pick(up);
      this.#up.delete(victim);
      victim.kill();
      this.killedAtMs.push(Date.now());
      this.#world.history.note('killed', { worker: victim.name });
      await victim.ended;
      this.#begin(victim.name).catch((error: unknown) => (this.broken = error));
    }
  }

  /** Up, as whoever looks after a service keeps trying. */
  async #begin(name: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      const worker = await this.#world.worker(name);
      this.#victims.set(name, worker);
      try {
        await worker.up();
        this.#up.add(worker);
        this.#world.history.note('up', { worker: name });
        return;
      } catch (error) {
        this.#world.history.note('not started', { worker: name, error: String(error) });
        if (tries >= MOST_STARTS) throw error;
      }
    }
  }

  /** From when both are up: on a busy machine starting takes longer than the peace. */
  async #hadPeace(pauseMs: number): Promise<boolean> {
    while (this.#up.size < this.#victims.size) {
      if (!(await this.#waited(LOOK_EVERY_MS))) return false;
    }
    return this.#waited(pauseMs);
  }

  /** False when the end has come first. */
  async #waited(ms: number): Promise<boolean> {
    return pause(ms, true, { signal: this.#end.signal }).catch(() => false);
  }
}
