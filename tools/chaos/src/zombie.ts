import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Failpoint } from '@manga-assist/jobs';
import { isTerminal } from '@manga-assist/schemas/jobs';
import { AttemptLog } from './attempt-log.ts';
import { readHeld, readJobs } from './check/stores.ts';
import type { TakenAttempt } from './check/zombie.ts';
import { marksIn } from './processes/marks.ts';
import type { Ending, OwnProcess } from './processes/own-process.ts';
import type { World } from './world.ts';

type Held = Awaited<ReturnType<typeof readHeld>>[number];

/** The worker's next step is the write that ends the job. */
const BEFORE_ITS_END: Failpoint = 'job.after_s3';
const FIRST_FREEZE_AFTER_MS = 3_000;
const LOOK_EVERY_MS = 20;
/** A message that comes back may have to wait behind all others. */
const MOST_FROZEN_MS = 120_000;
const LOOK_AT_ROWS_EVERY_MS = 1_000;

/** A worker that is frozen in the middle of a job again and again, until others have begun all that it held. */
export class Zombie {
  /** When it was frozen, as the clock had it. */
  readonly frozenAtMs: number[] = [];
  readonly #world: World;
  readonly #log = new AttemptLog();
  readonly #taken: Held[] = [];
  readonly #marks: string;
  readonly #end = new AbortController();
  #worker: OwnProcess | undefined;
  #freezing: Promise<void> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
    this.#marks = join(world.folder, 'zombie');
  }

  /** What others had begun when it was thawed, by the rows, and what it did with it, by its own log. */
  get taken(): TakenAttempt[] {
    return this.#taken.map(({ jobId, attempt }) => ({ jobId, attempt, outcome: this.#log.outcomeOf({ jobId, attempt }) }));
  }

  async start(): Promise<void> {
    const worker = await this.#world.worker('zombie', { freezesInto: this.#marks, onLine: (line) => this.#log.read(line) });
    this.#worker = await worker.up();
  }

  /** Frozen for so long at least, with as much time between, until the end. */
  run(freezeMs: number): void {
    this.#freezing = this.#freeze(freezeMs);
  }

  /** Not frozen again; if it is, it stays so for its time. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#freezing;
  }

  /** Lets it stop by itself; how it ended. */
  async stop(): Promise<Ending[]> {
    const worker = await this.#worker?.up();
    return worker ? [await worker.stop()] : [];
  }

  async #freeze(freezeMs: number): Promise<void> {
    while (await this.#waited(this.frozenAtMs.length === 0 ? FIRST_FREEZE_AFTER_MS : freezeMs)) {
      if (!(await this.#holdsAJob())) return;
      this.frozenAtMs.push(Date.now());
      const held = await readHeld(this.#worker?.workerId ?? '');
      this.#world.history.note('frozen', { at: BEFORE_ITS_END, held: held.map(({ jobId }) => jobId) });
      const taken = await this.#takenOf(held, freezeMs);
      this.#taken.push(...taken);
      this.#worker?.thaw();
      this.#world.history.note('thawed', { taken: taken.map(({ jobId }) => jobId) });
    }
  }

  /** After so long at least, and when all of it has been begun by others. */
  async #takenOf(held: readonly Held[], freezeMs: number): Promise<Held[]> {
    const frozenAtMs = Date.now();
    for (;;) {
      await pause(LOOK_AT_ROWS_EVERY_MS);
      const jobs = await readJobs(this.#world, held);
      const isTaken = ({ jobId, attempt }: Held): boolean => (jobs.get(jobId)?.attempt ?? 0) > attempt;
      // Its last write may have been under way.
      const isOver = (one: Held): boolean => isTaken(one) || isTerminal(jobs.get(one.jobId)?.status ?? 'queued');
      const frozenMs = Date.now() - frozenAtMs;
      if ((frozenMs >= freezeMs && held.every(isOver)) || frozenMs >= MOST_FROZEN_MS) return held.filter(isTaken);
    }
  }

  /** Until it has stopped in the middle of a job. False when the end has come before any job has. */
  async #holdsAJob(): Promise<boolean> {
    this.#worker?.tell({ freezeAt: BEFORE_ITS_END });
    while (this.#isAwake) {
      if (!(await this.#waited(LOOK_EVERY_MS))) {
        this.#worker?.tell({});
        // The two may have crossed.
        await pause(FIRST_FREEZE_AFTER_MS);
        return !this.#isAwake;
      }
    }
    return true;
  }

  get #isAwake(): boolean {
    return marksIn(this.#marks).length === this.frozenAtMs.length;
  }

  /** False when the end has come first. */
  async #waited(ms: number): Promise<boolean> {
    return pause(ms, true, { signal: this.#end.signal }).catch(() => false);
  }
}
