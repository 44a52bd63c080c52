import { setTimeout as wait } from 'node:timers/promises';
import type { CallLog } from '../admin/call-log.ts';
import type { BackendCall, LanguageBackend } from '../backends/language-backend.ts';
import { NO_CACHE, type PromptCache } from '../caching/prompt-cache.ts';
import type { EmbeddingModels } from '../embeddings/embedding-models.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { Fault } from '../faults/fault.ts';
import { raiseHttpFault } from '../faults/raise-http-fault.ts';
import { GuardedConversation } from '../guardrails/guarded-conversation.ts';
import { guardrailOfConverse, guardrailOfInvoke } from '../guardrails/guardrail-call.ts';
import type { GuardrailPolicy } from '../guardrails/guardrail-policy.ts';
import { invokeRequest } from '../messages/invoke-request.ts';
import { finishMessage } from '../messages/finished-message.ts';
import { asString, isObject, type JsonObject } from '../messages/json.ts';
import type { MessagesStream } from '../messages/messages-event.ts';
import type { MessagesRequest } from '../messages/messages-request.ts';
import { GUARDRAIL_CONFIG } from '../messages/parse-messages-body.ts';
import { isEmbedding, type Model, type ModelDirectory } from '../models/model-directory.ts';
import type { QuotaBook } from '../quotas/quota-book.ts';
import { BodyTooLargeError, type Exchange } from '../server/exchange.ts';
import { replyError } from '../server/reply-error.ts';
import { pacingOf, type LocalSettings } from '../settings.ts';
import { TokenEstimator } from '../tokens/token-estimator.ts';
import { BedrockError, validation } from '../wire/bedrock-error.ts';
import { optionHeaders, optionsOfConverse, optionsOfInvoke, type CallOptions } from '../wire/call-options.ts';
import { ConverseFramer } from '../wire/converse-framer.ts';
import { converseReply } from '../wire/converse-reply.ts';
import type { ReplyExtras } from '../wire/reply-extras.ts';
import { convertConverse, parseConverseJson } from '../wire/converse-request.ts';
import { InvokeFramer } from '../wire/invoke-framer.ts';
import { invokeBody, NovaFramer } from '../wire/nova-framer.ts';
import { CallTracker } from './call-tracker.ts';
import { isStreaming, type Operation } from './operation.ts';
import { readWishes, type SingleCallWishes } from './single-call-wishes.ts';
import { asksForJson } from '../scripted/asks-for-json.ts';
import { StreamReply } from './stream-reply.ts';
import { sendWhole } from './whole-reply.ts';

export interface ModelCallsParts {
  directory: ModelDirectory;
  backend: LanguageBackend;
  embeddings: EmbeddingModels;
  faults: FaultBook;
  log: CallLog;
  settings: LocalSettings;
  guardrail: GuardrailPolicy;
  quotas: QuotaBook;
  promptCache: PromptCache;
}

interface Call {
  exchange: Exchange;
  operation: Operation;
  modelId: string;
  tracker: CallTracker;
  body: Buffer;
}

/** What else bears on one call. */
interface Circumstances {
  fault: Fault | undefined;
  wishes: SingleCallWishes;
  guarded: GuardedConversation | undefined;
  options: CallOptions;
}

/** A guardrail's trace is complete only when the answer is. */
class Extras implements ReplyExtras {
  readonly options: CallOptions;
  private readonly guarded: GuardedConversation | undefined;

  constructor(guarded: GuardedConversation | undefined, options: CallOptions) {
    this.guarded = guarded;
    this.options = options;
  }

  get trace(): Record<string, unknown> | undefined {
    return this.guarded?.trace;
  }

  get members(): Record<string, unknown> {
    return this.guarded?.members ?? {};
  }
}

/** Everything under /model/{modelId}/…: one call from bytes to bytes. */
export class ModelCalls {
  private readonly parts: ModelCallsParts;

  constructor(parts: ModelCallsParts) {
    this.parts = parts;
  }

  async handle(exchange: Exchange, operation: Operation, modelId: string): Promise<void> {
    const tracker = new CallTracker(this.parts.log, exchange, operation, modelId);
    try {
      await this.run({ exchange, operation, modelId, tracker, body: await exchange.readBody() });
    } catch (error) {
      const refusal = asRefusal(error);
      tracker.failed(refusal);
      if (!exchange.signal.aborted && !exchange.hasAnswered) replyError(exchange, tracker.requestId, refusal);
    } finally {
      tracker.finish();
    }
  }

  private async run(call: Call): Promise<void> {
    const { exchange, operation, modelId, tracker, body } = call;
    const converse = operation === 'Converse' || operation === 'ConverseStream' ? parseConverseJson(body) : undefined;
    const wishes = readWishes(converse ? converse['requestMetadata'] : exchange.header('x-amzn-bedrock-request-metadata'));
    const fault = wishes.fault ?? this.parts.faults.take(operation, modelId);
    tracker.fault = fault?.kind ?? null;
    raiseHttpFault(fault);
    const model = operation === 'CountTokens' ? this.parts.directory.countable(modelId) : this.parts.directory.resolve(modelId);
    if (fault?.kind === 'slow-first-token') await wait(fault.ms ?? 0, undefined, { signal: exchange.signal });
    if (operation === 'CountTokens') return this.countTokens(call, model, fault);
    if (isEmbedding(model)) return this.embed(call, model, fault);
    const options = converse ? optionsOfConverse(converse) : optionsOfInvoke((name) => exchange.header(name));
    const request = converse ? convertConverse(converse, model) : invokeRequest(body, model);
    const guardrail = converse ? guardrailOfConverse(converse['guardrailConfig']) : guardrailOfInvoke((name) => exchange.header(name), request.extra[GUARDRAIL_CONFIG]);
    delete request.extra[GUARDRAIL_CONFIG];
    const guarded = guardrail && new GuardedConversation(guardrail, this.parts.guardrail);
    const unfit = fault === undefined && asksForJson(request) ? this.parts.faults.takeUnfit(operation, modelId) : undefined;
    if (unfit) tracker.fault = unfit.kind;
    await this.generate(call, model, request, { fault: fault ?? unfit, wishes, guarded, options });
  }

  private async generate(call: Call, model: Model, request: MessagesRequest, { fault, wishes, guarded, options }: Circumstances): Promise<void> {
    const { exchange, tracker } = call;
    const isBlocked = guarded?.blocksInput(request) ?? false;
    const estimator = new TokenEstimator(model);
    const prompt = estimator.partsOf(request);
    const inputTokens = prompt.reduce((sum, { tokens }) => sum + tokens, 0);
    if (inputTokens > model.contextTokens) throw validation(`prompt is too long: ${inputTokens} tokens > ${model.contextTokens} maximum`);
    const reservation = isBlocked ? undefined : this.parts.quotas.reserve(model, inputTokens, request.maxTokens);
    const cache = isBlocked ? NO_CACHE : this.parts.promptCache.use(model, prompt);
    tracker.inputTokens = inputTokens - cache.read - cache.write5m - cache.write1h;
    const backendCall: BackendCall = {
      requestId: tracker.requestId,
      model,
      request,
      inputTokens: tracker.inputTokens,
      cache,
      estimator,
      mode: this.parts.settings.mode,
      pacing: pacingOf(this.parts.settings, model.id),
      isStreamed: isStreaming(call.operation),
      isUnfit: fault?.kind === 'unfit-json',
      benchmarkTokens: wishes.benchmarkTokens ?? this.parts.settings.benchmarkTokens,
      signal: exchange.signal,
    };
    const extras = new Extras(guarded, options);
    const stream = isBlocked && guarded ? guarded.blockedStream(model.name, tracker.requestId) : (guarded?.guard(this.parts.backend.stream(backendCall)) ?? this.parts.backend.stream(backendCall));
    try {
      await this.send(call, model.bodyChecker === 'nova', stream, extras, fault);
    } finally {
      reservation?.settle(tracker);
    }
  }

  private async send({ exchange, tracker, operation }: Call, isNova: boolean, stream: MessagesStream, extras: ReplyExtras, fault: Fault | undefined): Promise<void> {
    if (isStreaming(operation)) {
      const framer = operation === 'ConverseStream' ? new ConverseFramer(tracker, extras) : isNova ? new NovaFramer(tracker, extras) : new InvokeFramer(tracker, extras);
      const reply = new StreamReply(exchange, tracker, framer, fault);
      try {
        return await reply.send(stream);
      } catch (error) {
        if (!exchange.hasAnswered || exchange.signal.aborted) throw error;
        tracker.outcome = 'modelStreamErrorException';
        return reply.fail(error instanceof BedrockError ? error.message : 'The model stream failed.');
      }
    }
    const message = await finishMessage(stream);
    tracker.started(message.usage);
    tracker.outputTokens = message.usage.output_tokens;
    if (operation === 'Converse') return sendWhole(exchange, tracker, fault, {}, converseReply(message, tracker.elapsedMs, extras));
    const headers = { ...tokenHeaders(tracker), ...(extras.options ? optionHeaders(extras.options) : {}) };
    return sendWhole(exchange, tracker, fault, headers, invokeBody(message, isNova, extras));
  }

  private async embed(call: Call, model: Model, fault: Fault | undefined): Promise<void> {
    const { exchange, tracker, operation, body } = call;
    if (operation === 'InvokeModelWithResponseStream') throw validation('The model is unsupported for streaming.');
    if (operation !== 'InvokeModel') {
      throw validation("This action doesn't support the model that you provided. Try again with a supported text or chat model.");
    }
    const reply = await this.parts.embeddings.embed(body, model, tracker.requestId);
    tracker.inputTokens = reply.inputTokens;
    // Cohere's replies come without token counts.
    const headers: Record<string, number> = { 'x-amzn-bedrock-invocation-latency': Math.round(tracker.elapsedMs) };
    if (model.kind === 'titan-embedding') headers['x-amzn-bedrock-input-token-count'] = reply.inputTokens;
    await sendWhole(exchange, tracker, fault, headers, reply.body);
  }

  private async countTokens(call: Call, model: Model, fault: Fault | undefined): Promise<void> {
    if (model.kind !== 'claude') throw validation("The provided model doesn't support counting tokens.");
    const request = this.countRequest(parseConverseJson(call.body), model);
    const inputTokens = new TokenEstimator(model).ofRequest(request);
    call.tracker.inputTokens = inputTokens;
    await sendWhole(call.exchange, call.tracker, fault, {}, { inputTokens });
  }

  private countRequest(json: JsonObject, model: Model): MessagesRequest {
    const input = isObject(json['input']) ? json['input'] : {};
    if (isObject(input['converse'])) return convertConverse(input['converse'], model);
    const encoded = isObject(input['invokeModel']) ? asString(input['invokeModel']['body']) : undefined;
    if (encoded === undefined) throw validation("1 validation error detected: Value at 'input' failed to satisfy constraint: Member must not be null");
    return invokeRequest(Buffer.from(encoded, 'base64'), model);
  }
}

function tokenHeaders(tracker: CallTracker): Record<string, number> {
  return {
    'x-amzn-bedrock-input-token-count': tracker.inputTokens,
    'x-amzn-bedrock-output-token-count': tracker.outputTokens,
    'x-amzn-bedrock-cache-read-input-token-count': tracker.cacheReadTokens,
    'x-amzn-bedrock-cache-write-input-token-count': tracker.cacheWriteTokens,
    'x-amzn-bedrock-invocation-latency': Math.round(tracker.elapsedMs),
  };
}

function asRefusal(error: unknown): unknown {
  return error instanceof BodyTooLargeError ? validation('The request body is larger than 25 MB.') : error;
}
