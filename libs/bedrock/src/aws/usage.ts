import type { ModelUsage } from '../model-event.ts';

export const NO_USAGE: ModelUsage = Object.freeze({ inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 });

/** Converse's spelling. */
export interface ConverseUsage {
  inputTokens?: number;
  outputTokens?: number;
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
  cacheDetails?: readonly { ttl?: string; inputTokens?: number }[];
}

/** The Anthropic Messages body's spelling. */
export interface AnthropicUsage {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
  cache_creation?: { ephemeral_1h_input_tokens?: number };
}

export function readConverseUsage(usage: ConverseUsage = {}): ModelUsage {
  return {
    inputTokens: usage.inputTokens ?? 0,
    outputTokens: usage.outputTokens ?? 0,
    cacheReadInputTokens: usage.cacheReadInputTokens ?? 0,
    cacheWriteInputTokens: usage.cacheWriteInputTokens ?? 0,
    ...writtenForAnHour(usage.cacheDetails?.find(({ ttl }) => ttl === '1h')?.inputTokens),
  };
}

export function readAnthropicUsage(usage: AnthropicUsage = {}): ModelUsage {
  return {
    inputTokens: usage.input_tokens ?? 0,
    outputTokens: usage.output_tokens ?? 0,
    cacheReadInputTokens: usage.cache_read_input_tokens ?? 0,
    cacheWriteInputTokens: usage.cache_creation_input_tokens ?? 0,
    ...writtenForAnHour(usage.cache_creation?.ephemeral_1h_input_tokens),
  };
}

function writtenForAnHour(tokens = 0): Pick<ModelUsage, 'cacheWrite1hInputTokens'> {
  return tokens > 0 ? { cacheWrite1hInputTokens: tokens } : {};
}
