import type { JsonObject } from '@manga-assist/foundation';
import type { ModelAlias } from '@manga-assist/schemas';
import type { ReasoningBlock } from './model-request.ts';

/** Tokens by kind. `inputTokens` excludes what the prompt cache read or wrote, as Bedrock counts. */
export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
  /** Those of `cacheWriteInputTokens` that were written for an hour, which costs more; absent when there are none. */
  cacheWrite1hInputTokens?: number;
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

/** Why a model was chosen for a request that left it open. */
export interface Routing {
  chosen: ModelAlias;
  /** In a few words, for people. */
  reason: string;
  /** 0 (easy) to 1 (hard). */
  score: number;
}

/** What a model says, whichever operation carried it. One grammar for all streams: noun-verb, always `end`. */
export type ModelEvent =
  | {
      type: 'message-start';
      /** The alias that answers, which after a fallback is not the one asked for. */
      model: ModelAlias;
      modelId: string;
      degraded: boolean;
      /** Only when `auto` was asked for. */
      routing?: Routing;
    }
  | { type: 'reasoning-delta'; text: string }
  /** Whole, as it has to be sent back with the results of tools. */
  | { type: 'reasoning'; block: ReasoningBlock }
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
  /** Only when `auto` was asked for. */
  routing?: Routing;
  /** Only when the model thought first. */
  reasoning?: readonly ReasoningBlock[];
  text: string;
  toolUses: readonly { toolUseId: string; name: string; input: JsonObject }[];
  stopReason: StopReason;
  usage: ModelUsage;
  costUsd: number;
  latencyMs: number;
}
