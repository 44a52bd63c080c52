/** Runs `once` over and over, `concurrency` at a time, for `durationMs`; then waits for the last ones. */
export async function closedLoop(concurrency: number, durationMs: number, once: (lane: number) => Promise<unknown>): Promise<{ tookMs: number }> {
  const startedAt = performance.now();
  const endsAt = startedAt + durationMs;
  const lane = async (index: number): Promise<void> => {
    while (performance.now() < endsAt) await once(index);
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => lane(index)));
  return { tookMs: performance.now() - startedAt };
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
