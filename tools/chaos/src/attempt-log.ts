/** How a worker's attempts at jobs ended, from what it logs of each. */
export class AttemptLog {
  readonly #outcomes = new Map<string, string>();
  /** Jobs of which the worker does not know whether it has claimed them: of such an attempt nothing else is said. */
  readonly #unclaimed = new Set<string>();

  /** One line of the worker's log. */
  read(line: string): void {
    if (!line.includes('"outcome"')) return;
    const { jobId, attempt, outcome } = JSON.parse(line) as { jobId?: string; attempt?: number; outcome: string };
    // What queues and webhooks say has no attempt.
    if (jobId !== undefined && outcome === 'unclaimed') this.#unclaimed.add(jobId);
    if (jobId !== undefined && attempt !== undefined) this.#outcomes.set(`${jobId} ${attempt}`, outcome);
  }

  outcomeOf({ jobId, attempt }: { jobId: string; attempt: number }): string | undefined {
    return this.#outcomes.get(`${jobId} ${attempt}`) ?? (this.#unclaimed.has(jobId) ? 'unclaimed' : undefined);
  }
}
