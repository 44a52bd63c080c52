import type { Pacing } from './backends/pacing.ts';

/** What the admin API may change while the server runs. */
export interface LocalSettings {
  pacing: Pacing;
  /** Greater than 0: every answer is a canned text of exactly this many tokens, for benchmarks. */
  benchmarkTokens: number;
}
