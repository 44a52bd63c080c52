import { collectAnswer, LanguageModel, type ModelAnswer, type ModelEvent, type ModelMessage, type ModelRequest } from '@manga-assist/bedrock';
import { Clock } from '@manga-assist/foundation';
import { Timers, withDeadline } from '@manga-assist/resilience';
import { Injectable } from '@nestjs/common';
import { CatalogueLookup } from '../catalogue/catalogue-lookup.ts';
import { RestApiConfig } from '../config.ts';
import { answerOf, type Answer } from './answer.ts';
import type { QueryCall } from './query-call.ts';
import { queryPrompt } from './query-prompt.ts';
import type { Question } from './question.ts';

/** Makes one answer: looks the question up in the catalogue, then asks the model. */
@Injectable()
export class AnswerMaker {
  constructor(
    private readonly catalogue: CatalogueLookup,
    private readonly model: LanguageModel,
    private readonly config: RestApiConfig,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  /** Without the catalogue the answer is made all the same, and says so. Errors: the signal's reason, `bedrock.*`. */
  async make(question: Question, earlier: readonly ModelMessage[], call: QueryCall): Promise<Answer> {
    const { caller, requestId, signal } = call;
    const catalogue = await this.catalogue.search({ text: question.text, language: question.answerLanguage, caller, requestId }, signal);
    const answer = await this.#ask(queryPrompt(question, catalogue, earlier), call);
    return answerOf(answer, catalogue !== undefined);
  }

  async #ask(request: ModelRequest, { caller, requestId, signal, onPiece }: QueryCall): Promise<ModelAnswer> {
    const { modelTimeoutMs, streamTimeoutMs } = this.config;
    const deadline = withDeadline(signal, onPiece ? streamTimeoutMs : modelTimeoutMs, { clock: this.clock, timers: this.timers });
    const attribution = { tenantId: caller.tenantId, subject: caller.subject, feature: 'query', correlationId: requestId };
    const modelCall = { attribution, signal: deadline.signal };
    try {
      if (onPiece === undefined) return await this.model.invoke(request, modelCall);
      return await collectAnswer(readAloud(this.model.stream(request, modelCall), onPiece));
    } finally {
      deadline.clear();
    }
  }
}

/** The same stream; each batch's text is handed on as one piece when it passes. */
async function* readAloud(batches: AsyncIterable<readonly ModelEvent[]>, onPiece: (piece: string) => void): AsyncGenerator<readonly ModelEvent[]> {
  for await (const batch of batches) {
    const piece = batch.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    if (piece !== '') onPiece(piece);
    yield batch;
  }
}
