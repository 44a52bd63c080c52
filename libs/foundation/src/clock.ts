/** The time, as a port, so that no test waits for it. */
export abstract class Clock {
  /** Milliseconds since the Unix epoch. */
  abstract nowMs(): number;
  /** Monotonic milliseconds, for durations only. */
  abstract elapsedMs(): number;
}

export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }

  elapsedMs(): number {
    return performance.now();
  }
}
