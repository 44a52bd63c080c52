import type { Model } from '../models/model-directory.ts';
import { BedrockError } from '../wire/bedrock-error.ts';

export interface Quota {
  /** 0: no limit. */
  tokensPerMinute: number;
  /** 0: no limit. */
  requestsPerMinute: number;
}

/** Quotas as they are set: one for every model, and others by part of a model id. */
export interface Quotas extends Quota {
  byModel: Record<string, Quota>;
}

export interface Usage {
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
}

interface Charge {
  at: number;
  tokens: number;
}

/** What one call holds of its model's quota; settled with what it really used. */
export interface Reservation {
  settle(usage: Usage): void;
}

/** Tokens and requests per minute, counted as Bedrock counts: everything a call may use is reserved first, and settled at its end. */
export class QuotaBook {
  private readonly charges = new Map<string, Charge[]>();
  private readonly quotas: () => Quotas;
  private readonly minuteMs: number;

  constructor(quotas: () => Quotas, minuteMs: number) {
    this.quotas = quotas;
    this.minuteMs = minuteMs;
  }

  /** Throws a ThrottlingException when the minute's quota does not hold the whole input and max_tokens. */
  reserve(model: Model, inputTokens: number, maxTokens: number): Reservation {
    const quota = quotaOf(this.quotas(), model.id);
    const charges = this.recent(model.id);
    if (quota.requestsPerMinute > 0 && charges.length >= quota.requestsPerMinute) throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    const used = charges.reduce((sum, { tokens }) => sum + tokens, 0);
    if (quota.tokensPerMinute > 0 && used + inputTokens + maxTokens > quota.tokensPerMinute) throw new BedrockError('ThrottlingException', 'Too many tokens, please wait before trying again.');
    const charge = { at: performance.now(), tokens: inputTokens + maxTokens };
    charges.push(charge);
    return {
      // Tokens read from the cache are given back; output burns down faster on newer models.
      settle: (usage) => (charge.tokens = usage.inputTokens + usage.cacheWriteTokens + usage.outputTokens * model.outputBurndown),
    };
  }

  /** Tokens and requests of the last minute, by model. */
  used(): Record<string, { tokens: number; requests: number }> {
    return Object.fromEntries([...this.charges.keys()].map((id) => [id, { tokens: this.recent(id).reduce((sum, { tokens }) => sum + tokens, 0), requests: this.recent(id).length }]));
  }

  clear(): void {
    this.charges.clear();
  }

  private recent(modelId: string): Charge[] {
    const since = performance.now() - this.minuteMs;
    const charges = this.charges.get(modelId) ?? [];
    // The charges are in order of time, and only old ones leave.
    const firstRecent = charges.findIndex(({ at }) => at > since);
    charges.splice(0, firstRecent === -1 ? charges.length : firstRecent);
    this.charges.set(modelId, charges);
    return charges;
  }
}

function quotaOf(quotas: Quotas, modelId: string): Quota {
  const closest = Object.keys(quotas.byModel).filter((part) => modelId.includes(part)).sort((a, b) => b.length - a.length)[0];
  return (closest === undefined ? undefined : quotas.byModel[closest]) ?? quotas;
}
