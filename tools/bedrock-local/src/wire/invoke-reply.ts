import type { FinishedMessage } from '../messages/finished-message.ts';
import type { StopReason } from '../messages/messages-event.ts';
import type { ReplyExtras } from './reply-extras.ts';

/** The body of a non-streaming InvokeModel reply for Claude. */
export function invokeReply(message: FinishedMessage, { members = {} }: ReplyExtras = {}): Record<string, unknown> {
  return {
    model: message.model,
    id: message.id,
    type: 'message',
    role: 'assistant',
    content: message.content,
    stop_reason: invokeStopReason(message.stopReason),
    stop_sequence: message.stopSequence,
    usage: {
      input_tokens: message.usage.input_tokens,
      cache_creation_input_tokens: message.usage.cache_creation_input_tokens,
      cache_read_input_tokens: message.usage.cache_read_input_tokens,
      ...(message.usage.cache_creation ? { cache_creation: message.usage.cache_creation } : {}),
      output_tokens: message.usage.output_tokens,
    },
    ...members,
  };
}

/** Claude's own body knows nothing of guardrails: the answer that took its place ends as any other. */
export function invokeStopReason(reason: StopReason): string {
  return reason === 'guardrail_intervened' ? 'end_turn' : reason;
}
