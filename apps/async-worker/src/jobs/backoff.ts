/** How long to wait before the next try: doubled with each one, and never all at the same moment. */
export interface Backoff {
  baseMs: number;
  capMs: number;
}

/** Between half and the whole of the step; `tries` counts from 1. */
export function waitBeforeTryMs({ baseMs, capMs }: Backoff, tries: number, random: () => number = Math.random): number {
  const step = Math.min(capMs, baseMs * 2 ** Math.min(tries - 1, 20));
  return Math.round(step * (0.5 + 0.5 * random()));
}
