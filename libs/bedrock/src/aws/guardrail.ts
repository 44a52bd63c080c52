/** A guardrail of the account that every request passes. Its trace is never asked for: it quotes what it found. */
export interface Guardrail {
  identifier: string;
  /** A number, or `DRAFT`. */
  version: string;
  /**
   * `sync` (the default) holds a stream back until each part has been checked; `async` shows it first
   * and never masks personal data.
   */
  streamMode?: 'sync' | 'async';
}
