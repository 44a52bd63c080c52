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

/** The charges of one model's last minute in order of time, and their sum: thousands of calls a second must not add them up each time. */
class Window {
  private charges: Charge[] = [];
  private first = 0;
  tokens = 0;

  get requests(): number {
    return this.charges.length - this.first;
  }

  add(charge: Charge): void {
    this.charges.push(charge);
    this.tokens += charge.tokens;
  }

  settle(charge: Charge, tokens: number): void {
    // What has left the window is not in its sum.
    if (charge.at >= (this.charges[this.first]?.at ?? Infinity)) this.tokens += tokens - charge.tokens;
    charge.tokens = tokens;
  }

  forget(before: number): void {
    for (let oldest = this.charges[this.first]; oldest && oldest.at <= before; oldest = this.charges[this.first]) {
      this.tokens -= oldest.tokens;
      this.first += 1;
    }
    if (this.first < 1_024 || this.first < this.charges.length / 2) return;
    this.charges = this.charges.slice(this.first);
    this.first = 0;
  }
}

/** What one call holds of its model's quota; settled with what it really used. */
export interface Reservation {
  settle(usage: Usage): void;
}

/** Tokens and requests per minute, counted as Bedrock counts: everything a call may use is reserved first, and settled at its end. */
export class QuotaBook {
  private readonly windows = new Map<string, Window>();
  private readonly quotas: () => Quotas;
  private readonly minuteMs: number;

  constructor(quotas: () => Quotas, minuteMs: number) {
    this.quotas = quotas;
    this.minuteMs = minuteMs;
  }

  /** Throws a ThrottlingException when the minute's quota does not hold the whole input and max_tokens. */
  reserve(model: Model, inputTokens: number, maxTokens: number): Reservation {
    const quota = quotaOf(this.quotas(), model.id);
    const window = this.recent(model.id);
    if (quota.requestsPerMinute > 0 && window.requests >= quota.requestsPerMinute) throw new BedrockError('ThrottlingException', 'Too many requests, please wait before trying again.');
    if (quota.tokensPerMinute > 0 && window.tokens + inputTokens + maxTokens > quota.tokensPerMinute) throw new BedrockError('ThrottlingException', 'Too many tokens, please wait before trying again.');
    const charge = { at: performance.now(), tokens: inputTokens + maxTokens };
    window.add(charge);
    return {
      // Tokens read from the cache are given back; output burns down faster on newer models.
      settle: (usage) => window.settle(charge, usage.inputTokens + usage.cacheWriteTokens + usage.outputTokens * model.outputBurndown),
    };
  }

  /** Tokens and requests of the last minute, by model. */
  used(): Record<string, { tokens: number; requests: number }> {
    return Object.fromEntries([...this.windows.keys()].map((id) => {
      const { tokens, requests } = this.recent(id);
      return [id, { tokens, requests }];
    }));
  }

  clear(): void {
    this.windows.clear();
  }

  private recent(modelId: string): Window {
    let window = this.windows.get(modelId);
    if (!window) this.windows.set(modelId, (window = new Window()));
    window.forget(performance.now() - this.minuteMs);
    return window;
  }
}

function quotaOf(quotas: Quotas, modelId: string): Quota {
  const closest = Object.keys(quotas.byModel).filter((part) => modelId.includes(part)).sort((a, b) => b.length - a.length)[0];
  return (closest === undefined ? undefined : quotas.byModel[closest]) ?? quotas;
}
