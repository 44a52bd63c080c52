import type { JsonObject } from '@manga-assist/foundation';
import type { ModelAlias } from '@manga-assist/schemas';

/** Tokens by kind. `inputTokens` excludes what the prompt cache read or wrote, as Bedrock counts. */
export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
}

/** Bedrock's own words, unchanged. */
export type StopReason =
  | 'end_turn'
  | 'tool_use'
  | 'max_tokens'
  | 'stop_sequence'
  | 'guardrail_intervened'
  | 'content_filtered'
  | 'malformed_model_output'
  | 'malformed_tool_use'
  | 'model_context_window_exceeded';

/** What a model says, whichever operation carried it. One grammar for all streams: noun-verb, always `end`. */
export type ModelEvent =
  | {
      type: 'message-start';
      /** The alias that answers, which after a fallback is not the one asked for. */
      model: ModelAlias;
      modelId: string;
      degraded: boolean;
    }
  | { type: 'text-delta'; text: string }
  /** Whole: the pieces of its input have been put together and parsed. */
  | { type: 'tool-use'; toolUseId: string; name: string; input: JsonObject }
  /**
   * Always last; a stream without it is an error. Cost and latency are those of the request that was
   * answered; what abandoned attempts cost stands in the ledger.
   */
  | { type: 'message-end'; stopReason: StopReason; usage: ModelUsage; costUsd: number; latencyMs: number };

/** A whole answer. `costUsd` and `latencyMs` are those of the request that was answered. */
export interface ModelAnswer {
  model: ModelAlias;
  modelId: string;
  degraded: boolean;
  text: string;
  toolUses: readonly { toolUseId: string; name: string; input: JsonObject }[];
  stopReason: StopReason;
  usage: ModelUsage;
  costUsd: number;
  latencyMs: number;
}
