import type { AppError } from '@manga-assist/foundation';
import { retry, type RetryBudget, type RetryRule, type Timers } from '@manga-assist/resilience';
import type { CallLogger } from '../call-logger.ts';
import type { ServedModel } from '../model-catalogue.ts';
import { toModelError } from './bedrock-errors.ts';

/** Which failures are worth another try of the same model. Throttles need real time to pass, hiccups do not. */
const RETRY_RULES: Readonly<Record<string, RetryRule>> = {
  'bedrock.throttled': { baseMs: 1_000, capMs: 5_000 },
  'bedrock.unavailable': { baseMs: 50, capMs: 1_000 },
  'bedrock.stream-cut': { baseMs: 50, capMs: 1_000 },
  // Slow or dear to repeat: once. The SDK does not repeat these two (408 and 424) at all.
  'bedrock.model-timeout': { baseMs: 50, capMs: 1_000, maxAttempts: 2 },
  'bedrock.model-error': { baseMs: 50, capMs: 1_000, maxAttempts: 2 },
  'bedrock.malformed-tool-use': { baseMs: 50, capMs: 1_000, maxAttempts: 2 },
};

/** Which failures another model may mend. A refused request is refused by every model. */
const FALLBACK_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(RETRY_RULES),
  'bedrock.first-token-late',
  'bedrock.stalled',
  'bedrock.empty-answer',
  'bedrock.retired',
  // Refused by our own count before it was sent: the next model may have room now.
  'bedrock.quota-full',
]);

/** One attempt at one model. */
export interface Rung {
  served: ServedModel;
  /** A model of another name stands in for the model that was asked for. */
  degraded: boolean;
  /** 1 for the first attempt of the call, counted over all models. */
  attempt: number;
}

export interface ClimbOptions {
  maxAttempts: number;
  budget: RetryBudget;
  timers: Timers;
  random: () => number;
  logger: CallLogger | undefined;
  signal: AbortSignal;
  patienceMs: () => number;
}

/**
 * The one retry loop: the model asked for, up to `maxAttempts` times, then once each model below it.
 * When all fail, the error of the model that was asked for is what the caller learns.
 */
export async function climb<T>(ladder: readonly ServedModel[], attemptAt: (rung: Rung) => Promise<T>, options: ClimbOptions): Promise<T> {
  const { signal, logger } = options;
  let attempt = 0;
  let first: AppError | undefined;
  for (const [position, served] of ladder.entries()) {
    const degraded = served.alias !== ladder[0]?.alias;
    try {
      return await retry(() => attemptAt({ served, degraded, attempt: ++attempt }), {
        ...options,
        maxAttempts: position > 0 ? 1 : options.maxAttempts,
        ruleFor,
        onRetry: (error, delayMs) => logger?.warn({ model: served.alias, code: (error as AppError).code, attempt, delayMs }, 'model call is tried again'),
      });
    } catch (error) {
      const failure = toModelError(error, { signal });
      first ??= failure;
      if (signal.aborted) throw failure;
      if (!FALLBACK_CODES.has(failure.code)) throw first;
      const next = ladder[position + 1];
      if (next) logger?.warn({ model: served.alias, code: failure.code, attempt, fallback: next.alias }, 'model call falls back');
    }
  }
  throw first;
}

function ruleFor(error: unknown): RetryRule | undefined {
  const { code, retryAfterMs } = error as AppError;
  const rule = RETRY_RULES[code];
  return rule && { ...rule, retryAfterMs };
}
