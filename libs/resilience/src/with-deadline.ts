import type { Clock } from '@manga-assist/foundation';
import { combineSignals } from './combine-signals.ts';
import type { Timers } from './timers.ts';

/** A time limit that a call carries as its signal. */
export interface Deadline {
  /** Fires with the parent's reason, or with a `TimeoutError` when the time is up. */
  readonly signal: AbortSignal;
  /** Never below 0. */
  remainingMs(): number;
  /** Stops the timer and leaves the parent. Always call it when the work has ended. */
  clear(): void;
}

/** The parent's signal, but no longer than `timeoutMs`. */
export function withDeadline(parent: AbortSignal, timeoutMs: number, { clock, timers }: { clock: Clock; timers: Timers }): Deadline {
  const endsAtMs = clock.elapsedMs() + timeoutMs;
  const combined = combineSignals(parent);
  const timer = timers.start(timeoutMs, () => {
    combined.abort(new DOMException(`Took longer than ${timeoutMs} ms.`, 'TimeoutError'));
  });
  return {
    signal: combined.signal,
    remainingMs: () => Math.max(0, endsAtMs - clock.elapsedMs()),
    clear: () => {
      timer.stop();
      combined.clear();
    },
  };
}
