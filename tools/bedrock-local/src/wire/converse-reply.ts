import type { FinishedBlock, FinishedMessage } from '../messages/finished-message.ts';
import type { Usage } from '../messages/messages-event.ts';

/** The body of a Converse reply. */
export function converseReply(message: FinishedMessage, latencyMs: number): Record<string, unknown> {
  return {
    output: { message: { role: 'assistant', content: message.content.map(converseBlock) } },
    stopReason: message.stopReason,
    usage: converseUsage(message.usage),
    metrics: { latencyMs: Math.round(latencyMs) },
  };
}

/** Converse and InvokeModel name the same tool call differently. */
export function converseToolUseId(id: string): string {
  return id.replace(/^toolu_(?:bdrk_)?/, 'tooluse_');
}

export function converseUsage(usage: Usage): Record<string, number> {
  const { input_tokens: input, output_tokens: output, cache_read_input_tokens: read, cache_creation_input_tokens: write } = usage;
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output + read + write,
    cacheReadInputTokens: read,
    cacheWriteInputTokens: write,
  };
}

function converseBlock(block: FinishedBlock): Record<string, unknown> {
  switch (block.type) {
    case 'text':
      return { text: block.text };
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: block.thinking, signature: block.signature } } };
    case 'tool_use':
      return { toolUse: { toolUseId: converseToolUseId(block.id), name: block.name, input: block.input } };
  }
}
