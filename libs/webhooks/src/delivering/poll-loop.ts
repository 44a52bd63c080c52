import type { Timer, Timers } from '@manga-assist/resilience';

/** While something is due. */
const BUSY_MS = 100;
/** After a nudge: the index is a moment behind the table. */
const NUDGED_MS = 25;

export interface PollLoopOptions {
  /** Whether there was anything to do. One that rejects has found nothing. */
  round: () => Promise<boolean>;
  timers: Timers;
  /** The pause after a round with nothing to do, more or less by half, so that a fleet does not ask in step. */
  idleMs: number;
  random: () => number;
}

/** Round after round with a pause between them, until it is stopped. */
export class PollLoop {
  readonly #options: PollLoopOptions;
  #running: Promise<void> | undefined;
  #pause: { timer: Timer; end: () => void } | undefined;
  #isNudged = false;
  #isStopped = false;

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** The next round is soon, and reads what was written before this call. Of many nudges in one pause the first decides. */
  nudge(): void {
    if (this.#isNudged) return;
    this.#isNudged = true;
    if (this.#pause === undefined) return;
    this.#pause.timer.stop();
    this.#pause.timer = this.#options.timers.start(NUDGED_MS, this.#pause.end);
  }

  /** Resolves when the last round has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#pause?.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { round, idleMs, random } = this.#options;
    while (!this.#isStopped) {
      this.#isNudged = false;
      const isBusy = await round().catch(() => false);
      const pauseMs = isBusy ? BUSY_MS : idleMs * (0.5 + random());
      if (!this.#isStopped) await this.#wait(this.#isNudged ? Math.min(pauseMs, NUDGED_MS) : pauseMs);
    }
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#pause?.timer.stop();
        this.#pause = undefined;
        resolve();
      };
      this.#pause = { timer: this.#options.timers.start(delayMs, end), end };
    });
  }
}
