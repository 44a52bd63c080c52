export interface LoopResult {
  count: number;
  tookMs: number;
  p50Ms: number;
  p99Ms: number;
}

/** Runs `once` over and over, `concurrency` at a time, for `durationMs`; then waits for the last ones. */
export async function closedLoop(concurrency: number, durationMs: number, once: (lane: number) => Promise<unknown>): Promise<LoopResult> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + durationMs;
  const lane = async (index: number): Promise<void> => {
    while (performance.now() < endsAt) {
      const sentAt = performance.now();
      await once(index);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => lane(index)));
  const tookMs = performance.now() - startedAt;
  latencies.sort((one, other) => one - other);
  return { count: latencies.length, tookMs, p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile([...values].sort((one, other) => one - other), 0.5);
}
