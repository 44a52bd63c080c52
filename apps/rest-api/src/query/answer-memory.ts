import { ModelCatalogue } from '@manga-assist/bedrock';
import { cacheKey, ResponseCache, type CachedAnswer } from '@manga-assist/caching';
import { Injectable } from '@nestjs/common';
import { CatalogueLookup } from '../catalogue/catalogue-lookup.ts';
import { RestApiConfig } from '../config.ts';
import { isRepeatable, type Answer } from './answer.ts';
import type { QueryCall } from './query-call.ts';
import { QUERY_PROMPT_VERSION } from './query-prompt.ts';
import type { Question } from './question.ts';

type Make = (signal: AbortSignal, onPiece: QueryCall['onPiece']) => Promise<Answer>;

/** Answers that may be served again, and the one rule of what makes two questions the same. */
@Injectable()
export class AnswerMemory {
  constructor(
    private readonly cache: ResponseCache<Answer>,
    private readonly models: ModelCatalogue,
    private readonly catalogue: CatalogueLookup,
    private readonly config: RestApiConfig,
  ) {}

  /** The remembered answer, one that is being made for somebody else, or what `make` gives. */
  recall(question: Question, { caller, signal, onPiece }: QueryCall, make: Make): Promise<CachedAnswer<Answer>> {
    return this.cache.getOrLoad(
      this.#keyOf(question, caller.tenantId),
      // Streamed from the model only when the one who starts it reads along; who joins gets the rest at the end.
      (loadSignal, emit) => make(loadSignal, onPiece && emit),
      { isCacheable: isRepeatable, ttlSeconds: this.config.cacheTtlSeconds, signal, ...(onPiece && { onPiece }) },
    );
  }

  /** Everything that changes the answer. Made before the catalogue is asked, so that a hit costs nothing. */
  #keyOf({ keyText, request }: Question, tenantId: string): string {
    return cacheKey({
      tenant: tenantId,
      model: request.model,
      model_id: request.model === 'auto' ? this.models.models.map(({ modelId }) => modelId) : this.models.served(request.model).modelId,
      prompt: QUERY_PROMPT_VERSION,
      catalogue: this.catalogue.version ?? null,
      max_tokens: request.max_tokens,
      temperature: request.temperature,
      language: request.language,
      query: keyText,
    });
  }
}
