/** What Bedrock allows an account for one model id or inference profile. */
export interface QuotaBudget {
  tokensPerMinute: number;
  requestsPerMinute: number;
}

export type QuotaAnswer =
  | {
      admitted: true;
      /** What was really used replaces what was reserved. Returns at once and never fails; only the first call counts. */
      settle(tokens: number): void;
    }
  | { admitted: false; /** Until enough of the minute has passed. */ waitMs: number };

/**
 * The tokens and requests that all instances together have taken from a model in the last minute.
 * Never fails: where the shared count cannot be reached, each instance counts for itself.
 */
export abstract class QuotaLedger {
  /**
   * Takes one request and `tokens` from the minute, or says how long that has to wait. More tokens
   * than the whole budget count as the whole budget: such a call runs alone.
   */
  abstract reserve(modelId: string, tokens: number, budget: QuotaBudget): Promise<QuotaAnswer>;
  abstract close(): Promise<void>;
}
