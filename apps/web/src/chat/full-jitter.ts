const LONGEST_DELAY_MS = 30_000;

/** Milliseconds before try number `attempt` (from 0): anywhere between nothing and 0.5 s × 2^attempt, 30 s at most. */
export function fullJitter(attempt: number, { random = Math.random, firstDelayMs = 500 }: { random?: () => number; firstDelayMs?: number } = {}): number {
  return random() * Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** attempt);
}
