import { combineSignals } from '@manga-assist/resilience';

export interface Lanes {
  atOnce: number;
  signal: AbortSignal;
}

/**
 * Works on all of them, a few at once. After the first failure nothing is begun and what goes on is told
 * to stop; that failure is thrown when all has ended, so that nothing is used after the attempt is over.
 */
export async function inLanes<Part>(parts: readonly Part[], work: (part: Part, signal: AbortSignal) => Promise<void>, { atOnce, signal }: Lanes): Promise<void> {
  const waiting = [...parts];
  const own = combineSignals(signal);
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    try {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) await work(part, own.signal);
    } catch (error) {
      failures.push(error);
      waiting.length = 0;
      own.abort(new DOMException('Another part has failed.', 'AbortError'));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  own.clear();
  if (failures.length > 0) throw failures[0];
}
