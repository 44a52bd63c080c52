import type { JobUsage } from '@manga-assist/jobs';

/** Tokens and what they cost. A type, not an interface, so that it is JSON to the compiler too. */
export type Spending = Pick<JobUsage, keyof JobUsage> & { costUsd: number };

export const NOTHING: Spending = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** A billionth of a dollar is less than any token costs; what stands behind it is the noise of binary fractions. */
const NANO = 1e9;
const rounded = (usd: number): number => Math.round(usd * NANO) / NANO;

export function plus(a: Spending, b: Spending): Spending {
  return { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens, costUsd: rounded(a.costUsd + b.costUsd) };
}

export function minus(a: Spending, b: Spending): Spending {
  return { inputTokens: a.inputTokens - b.inputTokens, outputTokens: a.outputTokens - b.outputTokens, costUsd: rounded(a.costUsd - b.costUsd) };
}

export function isSame(a: Spending, b: Spending): boolean {
  return a.inputTokens === b.inputTokens && a.outputTokens === b.outputTokens && rounded(a.costUsd) === rounded(b.costUsd);
}
