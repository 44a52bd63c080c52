import { Clock } from '@manga-assist/foundation';
import { Timers, withDeadline, type Deadline } from '@manga-assist/resilience';
import { Injectable } from '@nestjs/common';

const NEVER = new AbortController().signal;

/** Gives calls their time. */
@Injectable()
export class TimeLimits {
  constructor(
    readonly clock: Clock,
    readonly timers: Timers,
  ) {}

  /** The parent's signal, but no longer than that; clear it. */
  deadline(parent: AbortSignal, timeoutMs: number): Deadline {
    return withDeadline(parent, timeoutMs, this);
  }

  /** A call with a time of its own, whatever becomes of the job: what was worked for is written down also while the worker drains. */
  async within<T>(timeoutMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = this.deadline(NEVER, timeoutMs);
    try {
      return await call(deadline.signal);
    } finally {
      deadline.clear();
    }
  }
}
