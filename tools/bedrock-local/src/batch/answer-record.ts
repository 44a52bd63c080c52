import { randomUUID } from 'node:crypto';
import type { LanguageBackend } from '../backends/language-backend.ts';
import type { EmbeddingModels } from '../embeddings/embedding-models.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { AS_FAST_AS_POSSIBLE } from '../backends/pacing.ts';
import { NO_CACHE } from '../caching/prompt-cache.ts';
import { raiseHttpFault } from '../faults/raise-http-fault.ts';
import { finishMessage } from '../messages/finished-message.ts';
import type { JsonObject } from '../messages/json.ts';
import { invokeRequest } from '../messages/invoke-request.ts';
import { isEmbedding, type Model, type ModelDirectory } from '../models/model-directory.ts';
import type { LocalSettings } from '../settings.ts';
import { TokenEstimator } from '../tokens/token-estimator.ts';
import { validation } from '../wire/bedrock-error.ts';
import { converseReply } from '../wire/converse-reply.ts';
import { convertConverse } from '../wire/converse-request.ts';
import { invokeBody } from '../wire/nova-framer.ts';
import type { InvocationType } from './job-request.ts';
import type { AnswerRecord, RecordResult } from './batch-runner.ts';

export interface RecordParts {
  directory: ModelDirectory;
  backend: LanguageBackend;
  embeddings: EmbeddingModels;
  faults: FaultBook;
  settings: LocalSettings;
}

/** Answers batch records with the same models as single calls, at the job's own speed and outside every quota. */
export function recordAnswerer(parts: RecordParts): AnswerRecord {
  return async (job, record, signal) => {
    const { modelId, invocationType } = job.request;
    raiseHttpFault(parts.faults.take('BatchRecord', modelId));
    const model = parts.directory.find(modelId);
    const body = Buffer.from(JSON.stringify(record.modelInput));
    if (isEmbedding(model)) {
      if (invocationType === 'Converse') throw validation("This action doesn't support the model that you provided. Try again with a supported text or chat model.");
      const { body: modelOutput, inputTokens } = await parts.embeddings.embed(body, model, randomUUID());
      return { modelOutput, inputTokens, outputTokens: 0 };
    }
    return generate(parts, model, invocationType, record.modelInput, signal);
  };
}

async function generate({ backend, settings }: RecordParts, model: Model, type: InvocationType, input: JsonObject, signal: AbortSignal): Promise<RecordResult> {
  if (type === 'Converse' && input['toolConfig'] !== undefined) throw validation('Tool use is not supported for batch inference with the Converse API.');
  const request = type === 'Converse' ? convertConverse(input, model) : invokeRequest(Buffer.from(JSON.stringify(input)), model);
  const estimator = new TokenEstimator(model);
  const inputTokens = estimator.ofRequest(request);
  const startedAt = performance.now();
  const message = await finishMessage(
    backend.stream({ requestId: randomUUID(), model, request, inputTokens, cache: NO_CACHE, estimator, pacing: AS_FAST_AS_POSSIBLE, isStreamed: false, isUnfit: false, mode: settings.mode, benchmarkTokens: settings.benchmarkTokens, signal }),
  );
  const modelOutput = type === 'Converse' ? converseReply(message, performance.now() - startedAt) : invokeBody(message, model.bodyChecker === 'nova');
  return { modelOutput, inputTokens: message.usage.input_tokens, outputTokens: message.usage.output_tokens };
}
