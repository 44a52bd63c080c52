import { ConversationStore } from '@manga-assist/conversations';
import { Clock } from '@manga-assist/foundation';
import type { MangaQueryRequest, MangaQueryResponse } from '@manga-assist/schemas/rest';
import { Injectable } from '@nestjs/common';
import { AnswerMaker } from './answer-maker.ts';
import { AnswerMemory } from './answer-memory.ts';
import { earlierTurns } from './earlier-turns.ts';
import type { QueryCall } from './query-call.ts';
import { questionOf } from './question.ts';

/** POST /v1/manga/query, from the request to the response. */
@Injectable()
export class AnswerQuery {
  constructor(
    private readonly memory: AnswerMemory,
    private readonly maker: AnswerMaker,
    private readonly conversations: ConversationStore,
    private readonly clock: Clock,
  ) {}

  async run(request: MangaQueryRequest, call: QueryCall): Promise<MangaQueryResponse> {
    const startedMs = this.clock.elapsedMs();
    const question = questionOf(request);

    // An answer that depends on a conversation is its owner's alone: it is neither remembered nor shared.
    const { value: answer, origin } =
      request.conversation_id === undefined
        ? await this.memory.recall(question, call, (signal, onPiece) => this.maker.make(question, [], { ...call, signal, onPiece }))
        : { value: await this.maker.make(question, await earlierTurns(this.conversations, call.caller, request.conversation_id), call), origin: 'loaded' };

    const isOwn = origin === 'loaded';
    return {
      response: answer.text,
      model: answer.model,
      usage: { input_tokens: answer.input_tokens, output_tokens: answer.output_tokens },
      stop_reason: answer.stop_reason,
      request_id: call.requestId,
      latency_ms: Math.round(this.clock.elapsedMs() - startedMs),
      // Who joins another caller's answer, or finds one, pays nothing: it is booked once.
      estimated_cost_usd: isOwn ? answer.cost_usd : 0,
      cached: !isOwn,
      degraded: answer.degraded_reasons.length > 0,
      ...(answer.degraded_reasons.length > 0 && { degraded_reasons: answer.degraded_reasons }),
    };
  }
}
