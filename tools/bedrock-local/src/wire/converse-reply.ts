import type { FinishedBlock, FinishedMessage } from '../messages/finished-message.ts';
import type { Usage } from '../messages/messages-event.ts';
import { fieldsAt, optionMembers } from './call-options.ts';
import { invokeReply } from './invoke-reply.ts';
import type { ReplyExtras } from './reply-extras.ts';

export function extraMembers({ trace, options }: ReplyExtras): Record<string, unknown> {
  return { ...(trace === undefined ? {} : { trace }), ...(options ? optionMembers(options) : {}) };
}

/** `additionalModelResponseFields`, where the caller asked for any that there are. */
export function responseFields({ options }: ReplyExtras, reply: Record<string, unknown>): Record<string, unknown> {
  const fields = fieldsAt(options?.responsePaths ?? [], reply);
  return fields === undefined ? {} : { additionalModelResponseFields: fields };
}

/** The body of a Converse reply. */
export function converseReply(message: FinishedMessage, latencyMs: number, extras: ReplyExtras = {}): Record<string, unknown> {
  return {
    output: { message: { role: 'assistant', content: message.content.map(converseBlock) } },
    stopReason: message.stopReason,
    usage: converseUsage(message.usage),
    metrics: { latencyMs: Math.round(latencyMs) },
    ...responseFields(extras, invokeReply(message)),
    ...extraMembers(extras),
  };
}

/** Converse and InvokeModel name the same tool call differently. */
export function converseToolUseId(id: string): string {
  return id.replace(/^toolu_(?:bdrk_)?/, 'tooluse_');
}

export function converseUsage(usage: Usage): Record<string, unknown> {
  const { input_tokens: input, output_tokens: output, cache_read_input_tokens: read, cache_creation_input_tokens: write } = usage;
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output + read + write,
    cacheReadInputTokens: read,
    cacheWriteInputTokens: write,
    ...(usage.cache_creation ? { cacheDetails: cacheDetails(usage.cache_creation) } : {}),
  };
}

function cacheDetails(written: NonNullable<Usage['cache_creation']>): { ttl: string; inputTokens: number }[] {
  const details = [
    { ttl: '1h', inputTokens: written.ephemeral_1h_input_tokens },
    { ttl: '5m', inputTokens: written.ephemeral_5m_input_tokens },
  ];
  return details.filter(({ inputTokens }) => inputTokens > 0);
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
