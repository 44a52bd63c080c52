import type { Pacing } from './backends/pacing.ts';
import type { Quotas } from './quotas/quota-book.ts';

/** What the admin API may change while the server runs. */
export interface LocalSettings {
  pacing: Pacing;
  /** Pacing of single models: part of a model id → its own pace. The longest part that fits is taken. */
  modelPacing: Record<string, Pacing>;
  /** Greater than 0: every answer is a canned text of exactly this many tokens, for benchmarks. */
  benchmarkTokens: number;
  /** `obedient` follows every instruction in any text it reads: for security tests. */
  mode: ModelMode;
  quotas: Quotas;
}

export const MODEL_MODES = ['bookseller', 'obedient'] as const;
export type ModelMode = (typeof MODEL_MODES)[number];

export function pacingOf(settings: LocalSettings, modelId: string): Pacing {
  const parts = Object.keys(settings.modelPacing).filter((part) => modelId.includes(part));
  const closest = parts.sort((a, b) => b.length - a.length)[0];
  return (closest === undefined ? undefined : settings.modelPacing[closest]) ?? settings.pacing;
}
