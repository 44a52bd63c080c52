import { AppError, type JsonObject } from '@manga-assist/foundation';
import type { ModelAlias } from '@manga-assist/schemas';
import { toModelError } from '../aws/bedrock-errors.ts';
import { collectAnswer } from '../collect-answer.ts';
import { LanguageModel, type BookedRequest, type ModelCall } from '../language-model.ts';
import type { ModelAnswer, ModelEvent, ModelUsage, StopReason } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';

const A_COST_USD = 0.000_1;

export interface ScriptedAnswer {
  text?: string;
  toolUses?: readonly { name: string; input: JsonObject; toolUseId?: string }[];
  /** `tool_use` when there are tool uses, else `end_turn`. */
  stopReason?: StopReason;
  /** 10 tokens in, one out for every piece of text, unless said otherwise. */
  usage?: Partial<ModelUsage>;
  costUsd?: number;
  latencyMs?: number;
  /** Who answers, when it is not the model asked for. */
  model?: ModelAlias;
  degraded?: boolean;
  /** Awaited after the first piece of text: lets a test act in the middle of an answer. */
  until?: Promise<unknown>;
  /** Breaks the answer after its text. */
  failsWith?: AppError;
}

/** A text, an answer in detail, exact batches of events, or a failure before the first token. */
export type ScriptedReply = string | ScriptedAnswer | AppError | readonly (readonly ModelEvent[])[];

/** The replies in order, or a function of the request; `index` counts the calls from 0. */
export type Script = readonly ScriptedReply[] | ((request: ModelRequest, index: number) => ScriptedReply);

export interface ScriptedRequest {
  operation: 'invoke' | 'stream' | 'converse' | 'converse-stream';
  request: ModelRequest;
  call: ModelCall;
}

/**
 * A language model that says what it is told, in pieces, and keeps what it was asked. It honours the
 * signal between pieces, as the real one does.
 */
export class ScriptedLanguageModel extends LanguageModel {
  readonly requests: ScriptedRequest[] = [];
  /** What a ledger would hold of them: of what broke off or was left too. */
  readonly booked: BookedRequest[] = [];
  /** What `isReachable` answers. */
  reachable = true;
  closed = false;
  readonly #script: Script;

  constructor(script: Script) {
    super();
    this.#script = script;
  }

  invoke(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return collectAnswer(this.#play('invoke', request, call));
  }

  stream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#play('stream', request, call);
  }

  converse(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return collectAnswer(this.#play('converse', request, call));
  }

  converseStream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#play('converse-stream', request, call);
  }

  isReachable(): Promise<boolean> {
    return Promise.resolve(this.reachable);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  async *#play(operation: ScriptedRequest['operation'], request: ModelRequest, call: ModelCall): AsyncGenerator<readonly ModelEvent[]> {
    const reply = this.#next(operation, request, call);
    const { signal } = call;
    throwIfAborted(signal);
    if (reply instanceof AppError) throw reply;
    const book = (booked: BookedRequest): void => {
      this.booked.push(booked);
      call.onBooked?.(booked);
    };
    if (isBatches(reply)) return yield* booking(playBatches(reply, signal), book);
    const answer = typeof reply === 'string' ? { text: reply } : reply;
    yield* booking(playAnswer(answer, request, signal), book, answer.costUsd);
  }

  #next(operation: ScriptedRequest['operation'], request: ModelRequest, call: ModelCall): ScriptedReply {
    const index = this.requests.push({ operation, request, call }) - 1;
    if (typeof this.#script === 'function') return this.#script(request, index);
    const reply = this.#script[index];
    if (reply === undefined) throw new Error(`the script has ${this.#script.length} replies, and this is request ${index + 1}`);
    return reply;
  }
}

async function* playAnswer(answer: ScriptedAnswer, request: ModelRequest, signal: AbortSignal): AsyncGenerator<readonly ModelEvent[]> {
  const { text = '', toolUses = [] } = answer;
  const asked = request.model === 'auto' ? 'haiku' : request.model;
  const { model = asked, degraded = model !== asked } = answer;
  const pieces = text.match(/\s*\S{1,6}|\s+$/gu) ?? [];
  let pending: ModelEvent[] = [{ type: 'message-start', model, modelId: `scripted.${model}`, degraded }];
  for (const [index, piece] of pieces.entries()) {
    throwIfAborted(signal);
    yield [...pending, { type: 'text-delta', text: piece }];
    pending = [];
    if (index === 0 && answer.until) await untilOrAborted(answer.until, signal);
  }
  throwIfAborted(signal);
  if (answer.failsWith) throw answer.failsWith;
  for (const [index, { name, input, toolUseId = `tooluse_${index + 1}` }] of toolUses.entries()) {
    pending.push({ type: 'tool-use', toolUseId, name, input });
  }
  const stopReason = answer.stopReason ?? (toolUses.length > 0 ? 'tool_use' : 'end_turn');
  const usage = { inputTokens: 10, outputTokens: pieces.length + toolUses.length, cacheReadInputTokens: 0, cacheWriteInputTokens: 0, ...answer.usage };
  yield [...pending, { type: 'message-end', stopReason, usage, costUsd: answer.costUsd ?? A_COST_USD, latencyMs: answer.latencyMs ?? 5 }];
}

async function* playBatches(batches: readonly (readonly ModelEvent[])[], signal: AbortSignal): AsyncGenerator<readonly ModelEvent[]> {
  for (const batch of batches) {
    throwIfAborted(signal);
    yield batch;
  }
}

/** Books all of an answer, and of one that broke off or was left what had come of it. */
async function* booking(batches: AsyncIterable<readonly ModelEvent[]>, book: (request: BookedRequest) => void, costUsd = A_COST_USD): AsyncGenerator<readonly ModelEvent[]> {
  const usage = { inputTokens: 10, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
  let outcome: BookedRequest['outcome'] = 'cancelled';
  try {
    for await (const batch of batches) {
      for (const event of batch) {
        if (event.type === 'text-delta') usage.outputTokens++;
        if (event.type !== 'message-end') continue;
        outcome = 'completed';
        book({ outcome, usage: event.usage, costUsd: event.costUsd });
      }
      yield batch;
    }
  } catch (error) {
    outcome = toModelError(error).kind === 'cancelled' ? 'cancelled' : 'failed';
    throw error;
  } finally {
    if (outcome !== 'completed' && usage.outputTokens > 0) book({ outcome, usage, costUsd });
  }
}

function isBatches(reply: ScriptedReply): reply is readonly (readonly ModelEvent[])[] {
  return Array.isArray(reply);
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw toModelError(undefined, { signal });
}

function untilOrAborted(until: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(toModelError(undefined, { signal }));
    signal.addEventListener('abort', onAbort, { once: true });
    until.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  });
}
