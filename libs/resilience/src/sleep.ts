import type { Timers } from './timers.ts';

/** Waits `delayMs`; rejects with the signal's reason as soon as it fires. Leaves no listener behind. */
export function sleep(delayMs: number, signal: AbortSignal, timers: Timers): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.stop();
      reject(signal.reason);
    };
    const timer = timers.start(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
