import type { LanguageModel, ModelCall } from '../language-model.ts';
import type { ModelAnswer, ModelUsage, StopReason } from '../model-event.ts';
import type { ModelMessage, ModelRequest } from '../model-request.ts';

export interface MangaQueryOptions {
  system: string;
  model?: ModelRequest['model'];
  maxTokens?: number;
  temperature?: number;
}

/** One question, one whole answer: who answered, why it ended and what it used come with it. */
export function invokeMangaQuery(model: LanguageModel, prompt: string, options: MangaQueryOptions, call: ModelCall): Promise<ModelAnswer> {
  const { system, model: asked = 'haiku', maxTokens = 512, temperature = 0.3 } = options;
  const messages: ModelMessage[] = [{ role: 'user', content: [{ type: 'text', text: prompt }] }];
  return model.invoke({ model: asked, system, messages, maxTokens, temperature }, call);
}

/** How a stream ended: what its last `next()` returns beside `done`. */
export interface StreamedAnswer {
  stopReason: StopReason;
  usage: ModelUsage;
  costUsd: number;
}

/**
 * The texts of an answer as they come; returns how it ended. Throws as `LanguageModel.stream`: an
 * answer that breaks off is an error after its texts, never an end.
 */
export async function* streamMangaResponse(
  model: LanguageModel,
  messages: readonly ModelMessage[],
  options: MangaQueryOptions,
  call: ModelCall,
): AsyncGenerator<string, StreamedAnswer | undefined> {
  const { system, model: asked = 'sonnet', maxTokens = 2_048, temperature = 0.7 } = options;
  let end: StreamedAnswer | undefined;
  for await (const batch of model.stream({ model: asked, system, messages, maxTokens, temperature }, call)) {
    for (const event of batch) {
      if (event.type === 'text-delta') yield event.text;
      else if (event.type === 'message-end') end = { stopReason: event.stopReason, usage: event.usage, costUsd: event.costUsd };
    }
  }
  return end;
}
