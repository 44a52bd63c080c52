/** A timer that runs once, unless it is stopped or restarted before. */
export interface Timer {
  /** Starts its whole delay anew, also after it has run. */
  restart(): void;
  stop(): void;
}

/** Timers, as a port, so that no test waits for one. */
export abstract class Timers {
  abstract start(delayMs: number, run: () => void): Timer;
}

export class SystemTimers extends Timers {
  start(delayMs: number, run: () => void): Timer {
    const handle = setTimeout(run, delayMs);
    return { restart: () => void handle.refresh(), stop: () => clearTimeout(handle) };
  }
}
