import type { CompleteFrame, TurnCancelledFrame, TurnStartedFrame, TurnUsageFrame } from '@manga-assist/schemas/chat';
import type { AnswerSoFar } from './answer-so-far.ts';
import type { Turn } from './turn.ts';

export function turnStarted({ turnId, epoch, question }: Turn): TurnStartedFrame {
  return {
    type: 'turn.started',
    turn_id: turnId,
    epoch,
    conversation_id: question.conversationId,
    client_message_id: question.clientMessageId,
    model: question.model,
    degraded: false,
    cached: false,
    duplicate: false,
  };
}

export function turnUsage({ turnId, firstTokenMs, startedMs }: Turn, answer: AnswerSoFar, nowMs: number): TurnUsageFrame {
  const latencyMs = nowMs - startedMs;
  return {
    type: 'turn.usage',
    turn_id: turnId,
    model: answer.model,
    degraded: answer.degraded,
    ...(answer.degraded && { degraded_reasons: [...answer.degradedReasons] }),
    rounds: answer.rounds,
    usage: usageOf(answer),
    estimated_cost_usd: answer.costUsd,
    first_token_ms: Math.round(firstTokenMs ?? latencyMs),
    latency_ms: Math.round(latencyMs),
  };
}

/** The customer's frame: exactly these keys in this order. */
export function complete(answer: AnswerSoFar, stopReason: string): CompleteFrame {
  return { type: 'complete', usage: usageOf(answer), stop_reason: stopReason };
}

export function turnCancelled({ turnId }: Turn, answer: AnswerSoFar): TurnCancelledFrame {
  return { type: 'turn.cancelled', turn_id: turnId, usage: usageOf(answer), usage_source: answer.isMeasured ? 'measured' : 'estimated' };
}

function usageOf({ inputTokens, outputTokens }: AnswerSoFar): { input_tokens: number; output_tokens: number } {
  return { input_tokens: inputTokens, output_tokens: outputTokens };
}
