import type { ModelAlias, ModelChoice } from '../models.ts';
import type { ProductCard } from '../tools/product-card.ts';

/** The closed set of error codes of `mangaassist.v1`. Adding one is a protocol change. */
export const CHAT_ERROR_CODES = [
  'invalid_json',
  'invalid_message',
  'unknown_type',
  'unsupported_binary',
  'frame_too_large',
  'invalid_unicode',
  'empty_text',
  'text_too_long',
  'unauthenticated',
  'forbidden',
  'not_found',
  'rate_limited',
  'quota_exceeded',
  'turn_in_progress',
  'turn_not_found',
  'turn_interrupted',
  'resume_failed',
  'draining',
  'overloaded',
  'upstream_throttled',
  'upstream_timeout',
  'upstream_error',
  'content_blocked',
  'tool_limit',
  'store_unavailable',
  'internal',
] as const;
export type ChatErrorCode = (typeof CHAT_ERROR_CODES)[number];

export interface TokenUsage {
  input_tokens: number;
  output_tokens: number;
}

export interface HelloFrame {
  type: 'hello';
  session_id: string;
  heartbeat_ms: number;
  max_frame_bytes: number;
  resume_window_s: number;
  /** Unix seconds; null when the credential does not expire. */
  auth_expires_at: number | null;
}

export interface TurnStartedFrame {
  type: 'turn.started';
  turn_id: string;
  epoch: string;
  conversation_id: string;
  client_message_id: string;
  /** What was asked for; `turn.usage` says who answered. */
  model: ModelChoice;
  degraded: boolean;
  cached: boolean;
  /** True when this joins a turn that the same client message id started before. */
  duplicate: boolean;
}

export interface TurnToolFrame {
  type: 'turn.tool';
  turn_id: string;
  name: string;
  state: 'started' | 'finished' | 'failed';
}

/** Series that a tool found, to be shown beside the answer. The same series again replaces what was known of it. */
export interface TurnProductsFrame {
  type: 'turn.products';
  turn_id: string;
  products: ProductCard[];
}

/** The customer's frame: exactly these keys in this order. `sequence` counts from 1 without gaps. */
export interface TokenFrame {
  type: 'token';
  data: string;
  sequence: number;
}

/** What the turn cost, right before `complete`, for terminals and developers' panes. */
export interface TurnUsageFrame {
  type: 'turn.usage';
  turn_id: string;
  model: ModelAlias;
  degraded: boolean;
  /** What was missing when `degraded`: the model that was asked for, or what a tool would have found. */
  degraded_reasons?: ('model' | 'tools')[];
  /** Calls to the model, the last answer included. */
  rounds: number;
  usage: TokenUsage;
  estimated_cost_usd: number;
  first_token_ms: number;
  latency_ms: number;
}

/** The customer's frame: exactly these keys in this order. Usage is the sum of all rounds. */
export interface CompleteFrame {
  type: 'complete';
  usage: TokenUsage;
  stop_reason: string;
}

export interface TurnCancelledFrame {
  type: 'turn.cancelled';
  turn_id: string;
  usage: TokenUsage;
  usage_source: 'measured' | 'estimated';
}

export interface TurnResumedFrame {
  type: 'turn.resumed';
  turn_id: string;
  epoch: string;
  from_sequence: number;
  through_sequence: number;
}

export interface ChatErrorFrame {
  type: 'error';
  code: ChatErrorCode;
  message: string;
  retryable: boolean;
  retry_after_ms?: number;
  /** Only with `resume_failed`. */
  reason?: 'expired' | 'epoch_changed' | 'sequence_ahead' | 'buffer_lost';
  turn_id: string | null;
  client_message_id: string | null;
  request_id: string;
}

export interface ReconnectFrame {
  type: 'reconnect';
  reason: 'draining' | 'max_age';
  after_ms: number;
}

export interface PongFrame {
  type: 'pong';
  t: number;
}

export type ServerFrame =
  | HelloFrame
  | TurnStartedFrame
  | TurnToolFrame
  | TurnProductsFrame
  | TokenFrame
  | TurnUsageFrame
  | CompleteFrame
  | TurnCancelledFrame
  | TurnResumedFrame
  | ChatErrorFrame
  | ReconnectFrame
  | PongFrame;
