/** When workers began which job, from what they log of every attempt. */
export class DwellTimes {
  readonly #beganAtMs = new Map<string, number>();

  /** One line of a worker's log. */
  read(line: string): void {
    if (!line.includes('"durationMs"')) return;
    const { jobId, durationMs, time } = JSON.parse(line) as { jobId?: string; durationMs: number; time: number | string };
    if (jobId === undefined || this.#beganAtMs.has(jobId)) return;
    this.#beganAtMs.set(jobId, new Date(time).getTime() - durationMs);
  }

  has(jobId: string): boolean {
    return this.#beganAtMs.has(jobId);
  }

  /** How long after that it was begun; for ever when it was not. */
  since(jobId: string, atMs: number): number {
    const beganAtMs = this.#beganAtMs.get(jobId);
    return beganAtMs === undefined ? Infinity : Math.max(0, beganAtMs - atMs);
  }
}

/** Of any number of measurements, by rank: the smallest that is not below `share` of them. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Infinity;
}
