import type { ModelAnswer, ModelEvent, ModelUsage } from './model-event.ts';
import type { ModelRequest } from './model-request.ts';

/** Whose call it is and what for: goes into every ledger row. */
export interface CallAttribution {
  tenantId: string;
  subject: string;
  /** Which part of the product asked: `chat`, `query`, `job`. */
  feature: string;
  /** The turn, request or job that the call belongs to. */
  correlationId: string;
}

/** What one request to a model used and cost, as its ledger row says. */
export interface BookedRequest {
  outcome: 'completed' | 'cancelled' | 'failed';
  usage: ModelUsage;
  costUsd: number;
}

export interface ModelCall {
  attribution: CallAttribution;
  /** The caller's deadline and cancellation in one. Every call ends when it fires, as `cancelled` or `timed-out`. */
  signal: AbortSignal;
  /** Told of each request that the call takes when it is booked, also of tries that failed and of what was cancelled; before the call ends. */
  onBooked?: (booked: BookedRequest) => void;
}

/**
 * A language model on Bedrock, by alias.
 *
 * All four operations speak the same words. Before the first visible token failures are retried and
 * fall back to a cheaper model, which `message-start` reports; after it nothing is retried: the
 * stream fails with an AppError and what was yielded stays valid. A stream that ends without its
 * terminal event is an error, never an answer.
 *
 * Leaving a stream early (`break`) is a cancellation: the connection is given up and the cost booked.
 *
 * Errors (AppError, kind and code):
 * - `rate-limited` `bedrock.throttled`, with `retryAfterMs` where Bedrock said so, `bedrock.quota-full`;
 * - `unavailable` `bedrock.unavailable`, `.model-error`, `.retired`, `.stream-cut`, `.malformed-tool-use`
 *   (a tool input that is not a JSON object), `.empty-answer`;
 * - `timed-out` `bedrock.model-timeout`, `.first-token-late`, `.stalled`, `.deadline` (the call's own signal);
 * - `invalid` `bedrock.invalid-request`, `.prompt-too-long` (refused before it is sent); `cancelled` `bedrock.cancelled`;
 * - `bug` `bedrock.not-found`, `.access-denied`, `.unexpected`.
 */
export abstract class LanguageModel {
  /** InvokeModel with the Anthropic Messages body: one whole answer, no tools. */
  abstract invoke(request: ModelRequest, call: ModelCall): Promise<ModelAnswer>;

  /** InvokeModelWithResponseStream. Yields the events of one network read at a time, never an empty batch. */
  abstract stream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]>;

  /** Converse: one whole answer, tools allowed. */
  abstract converse(request: ModelRequest, call: ModelCall): Promise<ModelAnswer>;

  /** ConverseStream. Yields the events of one network read at a time, never an empty batch. */
  abstract converseStream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]>;

  /** True when the model service answered lately or a cheap probe succeeds; for readiness only. */
  abstract isReachable(signal: AbortSignal): Promise<boolean>;

  abstract close(): Promise<void>;
}
