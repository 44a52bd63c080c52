import { setTimeout as wait } from 'node:timers/promises';

export interface Pacing {
  /** Time to the first token. */
  ttftMs: number;
  /** 0: as fast as possible. */
  tokensPerSecond: number;
}

/** Tells when the tokens of one answer may leave. */
export class Pace {
  private readonly startedAt = performance.now();
  private readonly pacing: Pacing;
  private readonly signal: AbortSignal;

  constructor(pacing: Pacing, signal: AbortSignal) {
    this.pacing = { ...pacing };
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

  async nextToken(sent: number): Promise<void> {
    await this.until(this.pacing.ttftMs + (sent / this.pacing.tokensPerSecond) * 1_000);
  }

  private async until(elapsedMs: number): Promise<void> {
    const remainingMs = this.startedAt + elapsedMs - performance.now();
    if (remainingMs > 0) await wait(remainingMs, undefined, { signal: this.signal });
  }
}
