import type { RetryBudget } from './retry-budget.ts';
import { sleep } from './sleep.ts';
import type { Timers } from './timers.ts';

/** How to wait after one kind of error: a random time below `baseMs`, doubled with every failure, at most `capMs`. */
export interface RetryRule {
  baseMs: number;
  capMs: number;
  /** Fewer attempts than the policy allows, for errors that are dear to repeat. */
  maxAttempts?: number;
  /** What the other side asked for; never waited less, up to a tenth more so that a fleet does not return at once. */
  retryAfterMs?: number | undefined;
}

export interface RetryPolicy {
  /** First call included; at least 1. */
  maxAttempts: number;
  /** Undefined: this error is not tried again. */
  ruleFor(error: unknown): RetryRule | undefined;
  budget: RetryBudget;
  /** How long waiting is still worth it. A longer wait is not begun: the error is thrown at once. */
  patienceMs(): number;
  signal: AbortSignal;
  timers: Timers;
  /** From 0 up to, but not, 1. */
  random(): number;
  onRetry?(error: unknown, delayMs: number): void;
}

/** Runs `operation` until it succeeds or the policy gives up; throws its last error, or the signal's reason. */
export async function retry<T>(operation: (attempt: number) => Promise<T>, policy: RetryPolicy): Promise<T> {
  policy.budget.countCall();
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation(attempt);
    } catch (error) {
      const delayMs = delayBeforeNext(error, attempt, policy);
      if (delayMs === undefined) throw error;
      policy.onRetry?.(error, delayMs);
      await sleep(delayMs, policy.signal, policy.timers);
    }
  }
}

function delayBeforeNext(error: unknown, attempt: number, policy: RetryPolicy): number | undefined {
  if (policy.signal.aborted) return undefined;
  const rule = policy.ruleFor(error);
  if (!rule || attempt >= Math.min(policy.maxAttempts, rule.maxAttempts ?? Infinity)) return undefined;
  const delayMs = rule.retryAfterMs === undefined ? fullJitterMs(rule, attempt, policy) : rule.retryAfterMs * (1 + 0.1 * policy.random());
  // The budget last, so that a wait that is not begun costs nothing.
  return delayMs <= policy.patienceMs() && policy.budget.trySpend() ? delayMs : undefined;
}

/** "Full jitter": spreading the whole wait beats adding a little noise to a fixed one when many clients fail together. */
function fullJitterMs(rule: RetryRule, failures: number, policy: RetryPolicy): number {
  return policy.random() * Math.min(rule.capMs, rule.baseMs * 2 ** (failures - 1));
}
