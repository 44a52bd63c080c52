import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { History } from './history.ts';
import { marksIn } from './processes/marks.ts';
import type { Ending } from './processes/own-process.ts';
import type { Death } from './world.ts';

/** A failpoint that a worker has not come by for so long is not there. */
const REACHED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 20;
/** A busy machine may not bring up a worker in its time; one that never comes up has nothing to do with its failpoint. */
const MOST_STARTS = 3;

/** What is started to die. */
export interface Mortal {
  readonly name: string;
  readonly isGone: boolean;
  readonly ended: Promise<Ending>;
  up(): Promise<unknown>;
  kill(): void;
}

/** Where it lives. */
export interface Graveyard {
  readonly folder: string;
  readonly history: Pick<History, 'note'>;
  worker(name: string, options: { death: Death }): Promise<Mortal>;
}

/** Starts processes that are to die, waits until they have, and counts. */
export class Deaths {
  readonly byFailpoint = new Map<string, number>();
  readonly notReached = new Set<string>();
  /** Of whatever process, by its failpoint or not. */
  readonly atMs: number[] = [];
  ofDoors = 0;
  readonly #graveyard: Graveyard;
  #started = 0;

  constructor(graveyard: Graveyard) {
    this.#graveyard = graveyard;
  }

  /** A worker that dies at a failpoint, by its own hand: only the mark that it leaves there counts. */
  async at(death: Omit<Death, 'marks'>, name: string): Promise<void> {
    for (let starts = 1; starts <= MOST_STARTS; starts++) {
      if (await this.#isOver({ ...death, marks: join(this.#graveyard.folder, `death-${++this.#started}`) }, name)) return;
    }
  }

  /** A door that is killed so long after it was asked; `asking` ends without its answers. */
  async ofDoor(door: Mortal, afterMs: number, asking: Promise<void>): Promise<void> {
    await pause(afterMs);
    door.kill();
    const [{ signal }] = await Promise.all([door.ended, asking]);
    this.atMs.push(Date.now());
    if (signal === 'SIGKILL') this.ofDoors++;
    this.#graveyard.history.note('died', { door: door.name, afterMs });
  }

  /** False when it never came up, and another one may. */
  async #isOver(death: Death, name: string): Promise<boolean> {
    const { failpoint, nth, marks } = death;
    const worker = await this.#graveyard.worker(name, { death });
    // It may die while it comes up: the sweeper begins at once.
    const isUp = await worker.up().then(() => true, () => false);
    const givesUpAtMs = Date.now() + REACHED_WITHIN_MS;
    while (!worker.isGone && Date.now() < givesUpAtMs) await pause(LOOK_EVERY_MS);
    worker.kill();
    const { signal } = await worker.ended;
    this.atMs.push(Date.now());
    const isThere = marksIn(marks).includes(failpoint);
    if (isThere) this.byFailpoint.set(failpoint, (this.byFailpoint.get(failpoint) ?? 0) + 1);
    else if (isUp) this.notReached.add(failpoint);
    this.#graveyard.history.note(isThere ? 'died' : isUp ? 'not reached' : 'not started', { failpoint, nth, worker: name, signal });
    return isThere || isUp;
  }
}
