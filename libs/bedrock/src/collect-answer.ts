import { AppError } from '@manga-assist/foundation';
import type { ModelAnswer, ModelEvent } from './model-event.ts';
import type { ReasoningBlock } from './model-request.ts';

/** Reads a stream to its end and gives the whole answer. Throws what the stream throws, `bedrock.stream-cut` without an end. */
export async function collectAnswer(batches: AsyncIterable<readonly ModelEvent[]>): Promise<ModelAnswer> {
  let start: Extract<ModelEvent, { type: 'message-start' }> | undefined;
  let text = '';
  const toolUses: { toolUseId: string; name: string; input: ModelAnswer['toolUses'][number]['input'] }[] = [];
  const reasoning: ReasoningBlock[] = [];
  for await (const batch of batches) {
    for (const event of batch) {
      switch (event.type) {
        case 'message-start':
          start = event;
          break;
        case 'text-delta':
          text += event.text;
          break;
        case 'reasoning':
          reasoning.push(event.block);
          break;
        case 'tool-use':
          toolUses.push({ toolUseId: event.toolUseId, name: event.name, input: event.input });
          break;
        case 'message-end': {
          if (!start) throw new AppError('bug', 'bedrock.unexpected', 'The answer ended before it began.');
          const { model, modelId, degraded, routing } = start;
          const { stopReason, usage, costUsd, latencyMs } = event;
          return {
            model,
            modelId,
            degraded,
            ...(routing && { routing }),
            ...(reasoning.length > 0 && { reasoning }),
            text,
            toolUses,
            stopReason,
            usage,
            costUsd,
            latencyMs,
          };
        }
      }
    }
  }
  throw new AppError('unavailable', 'bedrock.stream-cut', 'The answer broke off. Please try again.');
}
