import { Clock } from '../clock.ts';

/** A clock that moves only when told to. */
export class StoppedClock extends Clock {
  #nowMs: number;

  constructor(nowMs = Date.UTC(2026, 10, 1)) {
    super();
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  elapsedMs(): number {
    return this.#nowMs;
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
  }
}
