/** What a stream was like for its reader. */
export interface StreamSeen {
  tokens: number;
  firstTokenMs: number;
  /** The first token's text: of a paced stream, the time that the upstream itself took, in milliseconds. */
  firstText: string;
}

/** One way of calling Bedrock. All ask the same question of the same model. */
export interface BenchClient {
  invoke(): Promise<void>;
  stream(): Promise<StreamSeen>;
  close(): Promise<void>;
}

export const MODEL_ID = 'anthropic.claude-3-haiku-20240307-v1:0';
export const SYSTEM = 'You are the assistant of a manga store. You answer briefly.';
export const QUESTION = 'What manga series are similar to One Piece? 日本語でもお願いします。';
export const MAX_TOKENS = 512;

/** Notes tokens as they come. */
export class StreamWatch {
  readonly #startedAt = performance.now();
  readonly seen: StreamSeen = { tokens: 0, firstTokenMs: Number.NaN, firstText: '' };

  token(text: string): void {
    if (this.seen.tokens++ > 0) return;
    this.seen.firstTokenMs = performance.now() - this.#startedAt;
    this.seen.firstText = text;
  }
}
