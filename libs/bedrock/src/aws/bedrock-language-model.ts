import {
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  type BedrockRuntimeClient,
  type ConverseStreamCommandInput,
  type InvokeModelCommandInput,
} from '@aws-sdk/client-bedrock-runtime';
import { AppError } from '@manga-assist/foundation';
import { withDeadline, type RetryBudget } from '@manga-assist/resilience';
import type { CallLogger } from '../call-logger.ts';
import { ContextCheck } from '../counting/context-check.ts';
import { PromptCounter } from '../counting/prompt-counter.ts';
import { LanguageModel, type ModelCall } from '../language-model.ts';
import type { ModelCatalogue } from '../model-catalogue.ts';
import type { ModelAnswer, ModelEvent } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import { PromptCachePlan, type PromptCacheTtls } from '../prompt-cache/prompt-cache-plan.ts';
import type { Admission } from '../quota/admission.ts';
import { AnthropicEvents } from './anthropic-events.ts';
import { toAnthropicInput } from './anthropic-request.ts';
import { Attempt, type AttemptPlan, type AttemptTools } from './attempt.ts';
import { toModelError } from './bedrock-errors.ts';
import { climb, type Rung } from './call-ladder.ts';
import { ConverseEvents } from './converse-events.ts';
import { toConverseInput } from './converse-request.ts';
import type { Guardrail } from './guardrail.ts';
import { withSignal } from './kept-stack.ts';
import { ModelLane, type LaneTurn } from './model-lane.ts';
import { emptyAnswer, ModelStream } from './model-stream.ts';
import { framesOf } from './raw-event-stream.ts';
import { checkSendable } from './sendable-messages.ts';
import { NO_USAGE } from './usage.ts';
import { readAnthropicBody, readConverseOutput, type RawAnswer } from './whole-answers.ts';

export interface BedrockTimeouts {
  /** From sending to the first piece of content of a stream. */
  firstTokenTimeoutMs: number;
  /** Between two reads of a stream. */
  stallTimeoutMs: number;
  /** One attempt at a whole answer. */
  answerTimeoutMs: number;
  /** The whole call with all its attempts. */
  totalTimeoutMs: number;
}

export interface BedrockLanguageModelParts extends AttemptTools {
  client: BedrockRuntimeClient;
  catalogue: ModelCatalogue;
  timeouts: BedrockTimeouts;
  budget: RetryBudget;
  maxAttempts: number;
  maxConcurrency: number;
  random: () => number;
  logger: CallLogger | undefined;
  admission: Admission | undefined;
  guardrail: Guardrail | undefined;
  promptCacheTtls: PromptCacheTtls | undefined;
}

/** An answer within this time proves that Bedrock is there. */
const LATELY_MS = 30_000;

type Operation = 'invoke' | 'stream' | 'converse' | 'converse-stream';

/** The port over the real SDK client. Opened by `openBedrockLanguageModel`. */
export class BedrockLanguageModel extends LanguageModel {
  readonly #parts: BedrockLanguageModelParts;
  readonly #lanes = new Map<string, ModelLane>();
  readonly #promptCache: PromptCachePlan;
  readonly #context: ContextCheck;
  #answeredElapsedMs = -Infinity;

  constructor(parts: BedrockLanguageModelParts) {
    super();
    this.#parts = parts;
    this.#promptCache = new PromptCachePlan(parts.estimator, parts.promptCacheTtls);
    this.#context = new ContextCheck(new PromptCounter(parts));
  }

  invoke(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#wholeAnswer('invoke', request, call, async ({ plan, signal }) => {
      const command = new InvokeModelCommand(this.#anthropicInput(plan, { streams: false }));
      const output = await this.#parts.client.send(withSignal(command, signal));
      return readAnthropicBody(output.body);
    });
  }

  converse(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#wholeAnswer('converse', request, call, async ({ plan, signal }) => {
      const command = new ConverseCommand(this.#converseInput(plan, { streams: false }));
      return readConverseOutput(await this.#parts.client.send(withSignal(command, signal)));
    });
  }

  stream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#streamedAnswer('stream', request, call, async (attempt) => {
      const command = new InvokeModelWithResponseStreamCommand(this.#anthropicInput(attempt.plan, { streams: true }));
      const output = await this.#parts.client.send(withSignal(command, attempt.signal));
      return new ModelStream(attempt, framesOf(output), new AnthropicEvents(), this.#parts.timeouts.stallTimeoutMs);
    });
  }

  converseStream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#streamedAnswer('converse-stream', request, call, async (attempt) => {
      const command = new ConverseStreamCommand(this.#converseInput(attempt.plan, { streams: true }));
      const output = await this.#parts.client.send(withSignal(command, attempt.signal));
      return new ModelStream(attempt, framesOf(output), new ConverseEvents(), this.#parts.timeouts.stallTimeoutMs);
    });
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    if (this.#parts.clock.elapsedMs() - this.#answeredElapsedMs < LATELY_MS) return true;
    const [model] = this.#parts.catalogue.models;
    try {
      // Free of charge, and also a refusal proves that somebody is there.
      const input = { converse: { messages: [{ role: 'user' as const, content: [{ text: 'ping' }] }] } };
      await this.#parts.client.send(withSignal(new CountTokensCommand({ modelId: model?.profile.id, input }), signal));
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status === undefined || status >= 500) return false;
    }
    this.#answeredElapsedMs = this.#parts.clock.elapsedMs();
    return true;
  }

  close(): Promise<void> {
    this.#parts.client.destroy();
    return Promise.resolve();
  }

  async #wholeAnswer(
    operation: Operation,
    request: ModelRequest,
    call: ModelCall,
    send: (attempt: Attempt) => Promise<RawAnswer>,
  ): Promise<ModelAnswer> {
    return this.#climb(request, call, this.#parts.timeouts.answerTimeoutMs, async (rung, signal) => {
      const attempt = await this.#begin(operation, request, call, rung, signal);
      try {
        const answer = await send(attempt);
        if (answer.stopReason === 'end_turn' && answer.text === '' && answer.toolUses.length === 0) throw emptyAnswer();
        const { costUsd, latencyMs } = attempt.complete(answer.usage);
        this.#answeredElapsedMs = this.#parts.clock.elapsedMs();
        return { model: rung.served.alias, modelId: rung.served.modelId, degraded: rung.degraded, ...answer, costUsd, latencyMs };
      } catch (error) {
        const failure = toModelError(error, { signal: attempt.signal });
        attempt.fail(failure);
        throw failure;
      }
    });
  }

  async *#streamedAnswer(
    operation: Operation,
    request: ModelRequest,
    call: ModelCall,
    open: (attempt: Attempt) => Promise<ModelStream>,
  ): AsyncGenerator<readonly ModelEvent[]> {
    const deadline = withDeadline(call.signal, this.#parts.timeouts.totalTimeoutMs, this.#parts);
    let stream: ModelStream | undefined;
    try {
      const begun = await this.#climbWithin(request, deadline.signal, this.#parts.timeouts.firstTokenTimeoutMs, async (rung, signal) => {
        const attempt = await this.#begin(operation, request, call, rung, signal);
        let opened: ModelStream;
        try {
          opened = await open(attempt);
        } catch (error) {
          const failure = toModelError(error, { signal: attempt.signal });
          attempt.fail(failure);
          throw failure;
        }
        // Until something visible has arrived, this may still be tried elsewhere.
        return { stream: opened, first: await opened.read() };
      });
      stream = begun.stream;
      this.#answeredElapsedMs = this.#parts.clock.elapsedMs();
      for (let batch = begun.first; batch; batch = await stream.read()) yield batch;
    } finally {
      stream?.close();
      deadline.clear();
    }
  }

  async #climb<T>(request: ModelRequest, call: ModelCall, patienceMs: number, attemptAt: (rung: Rung, signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = withDeadline(call.signal, this.#parts.timeouts.totalTimeoutMs, this.#parts);
    try {
      return await this.#climbWithin(request, deadline.signal, patienceMs, attemptAt);
    } finally {
      deadline.clear();
    }
  }

  async #climbWithin<T>(
    request: ModelRequest,
    signal: AbortSignal,
    patienceMs: number,
    attemptAt: (rung: Rung, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    checkSendable(request);
    const { clock } = this.#parts;
    const givesUpAtMs = clock.elapsedMs() + patienceMs;
    return climb(this.#parts.catalogue.ladder(request.model), (rung) => attemptAt(rung, signal), {
      ...this.#parts,
      signal,
      patienceMs: () => givesUpAtMs - clock.elapsedMs(),
    });
  }

  async #begin(operation: Operation, request: ModelRequest, call: ModelCall, rung: Rung, callSignal: AbortSignal): Promise<Attempt> {
    const { firstTokenTimeoutMs, answerTimeoutMs } = this.#parts.timeouts;
    const isStream = operation === 'stream' || operation === 'converse-stream';
    await this.#context.check(request, rung.served, callSignal);
    const admitted = await this.#parts.admission?.admit(request, rung.served, call.attribution.feature, callSignal);
    let turn: LaneTurn;
    try {
      turn = await this.#lane(rung.served.modelId).enter(callSignal, rung.degraded);
    } catch (error) {
      admitted?.settle(NO_USAGE, 'estimated');
      throw error;
    }
    return new Attempt(
      {
        operation,
        request: admitted && admitted.maxTokens < request.maxTokens ? { ...request, maxTokens: admitted.maxTokens } : request,
        admitted,
        attribution: call.attribution,
        onBooked: call.onBooked,
        rung,
        turn,
        callSignal,
        firstWaitMs: isStream ? firstTokenTimeoutMs : answerTimeoutMs,
        late: isStream ? lateFirstToken : lateAnswer,
      },
      this.#parts,
    );
  }

  #anthropicInput({ request, rung }: AttemptPlan, { streams }: { streams: boolean }): InvokeModelCommandInput {
    // Tools are not sent in this form, so they are no part of what is cached.
    const cachePoints = this.#promptCache.pointsFor({ ...request, tools: [] }, rung.served.profile);
    return toAnthropicInput(request, rung.served, { cachePoints, guardrail: this.#parts.guardrail, streams });
  }

  #converseInput({ request, rung }: AttemptPlan, { streams }: { streams: boolean }): ConverseStreamCommandInput {
    const cachePoints = this.#promptCache.pointsFor(request, rung.served.profile);
    return toConverseInput(request, rung.served, { cachePoints, guardrail: this.#parts.guardrail, streams });
  }

  #lane(modelId: string): ModelLane {
    let lane = this.#lanes.get(modelId);
    if (!lane) {
      lane = new ModelLane(this.#parts.clock, this.#parts.maxConcurrency);
      this.#lanes.set(modelId, lane);
    }
    return lane;
  }
}

function lateFirstToken(): AppError {
  return new AppError('timed-out', 'bedrock.first-token-late', 'The model took too long to begin. Please try again.');
}

function lateAnswer(): AppError {
  return new AppError('timed-out', 'bedrock.model-timeout', 'The model took too long to answer. Please try again.');
}
