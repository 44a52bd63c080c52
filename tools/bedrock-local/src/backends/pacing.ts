import { setTimeout as wait } from 'node:timers/promises';

export interface Pacing {
  /** Time to the first token. */
  ttftMs: number;
  /** 0: as fast as possible. */
  tokensPerSecond: number;
  /** Greater than 0: every answer takes this long, however long it is, and tokensPerSecond does not count. */
  latencyMs: number;
}

export const AS_FAST_AS_POSSIBLE: Pacing = { ttftMs: 0, tokensPerSecond: 0, latencyMs: 0 };

/** Tells when the tokens of one answer may leave. */
export class Pace {
  private readonly startedAt: number;
  private readonly pacing: Pacing;
  private readonly signal: AbortSignal;

  /** `tokens`: how many the answer has. */
  constructor(pacing: Pacing, signal: AbortSignal, { startedAt, tokens }: { startedAt: number; tokens: number }) {
    this.startedAt = startedAt;
    this.pacing = pacing.latencyMs > 0 ? spread(pacing, tokens) : pacing;
    this.signal = signal;
  }

  get isUnlimited(): boolean {
    return this.pacing.tokensPerSecond <= 0;
  }

  /** How many tokens may have left by now. */
  dueTokens(): number {
    if (this.isUnlimited) return Infinity;
    const sinceFirstMs = performance.now() - this.startedAt - this.pacing.ttftMs;
    return Math.floor((sinceFirstMs / 1_000) * this.pacing.tokensPerSecond) + 1;
  }

  async firstToken(): Promise<void> {
    await this.until(this.pacing.ttftMs);
  }

  /** Waits for the end of an answer that nobody sees growing. */
  async lastToken(tokens: number): Promise<void> {
    if (!this.isUnlimited) await this.nextToken(Math.max(0, tokens - 1));
  }

  async nextToken(sent: number): Promise<void> {
    await this.until(this.pacing.ttftMs + (sent / this.pacing.tokensPerSecond) * 1_000);
  }

  private async until(elapsedMs: number): Promise<void> {
    const remainingMs = this.startedAt + elapsedMs - performance.now();
    if (remainingMs > 0) await wait(remainingMs, undefined, { signal: this.signal });
  }
}

/** The tokens spread evenly between the first one and the end. */
function spread({ ttftMs, latencyMs }: Pacing, tokens: number): Pacing {
  const firstMs = Math.min(ttftMs, latencyMs);
  return { ttftMs: firstMs, tokensPerSecond: firstMs === latencyMs || tokens < 2 ? 0 : ((tokens - 1) / (latencyMs - firstMs)) * 1_000, latencyMs };
}
