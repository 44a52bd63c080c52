import { AppError, Clock, toAppError } from '@manga-assist/foundation';
import type { ServiceTokenClaims } from '@manga-assist/identity';
import { Logger } from '@manga-assist/observability';
import { AdaptiveConcurrency, Timers, withDeadline } from '@manga-assist/resilience';
import type { ToolCallRequest, ToolCallResponse } from '@manga-assist/schemas/tools';
import { Injectable } from '@nestjs/common';
import { ToolServiceConfig } from '../config.ts';
import { refused, type Tool, type ToolCall, type ToolInput, type ToolOutcome } from '../tools/tool.ts';
import { bytesOf, cleaned, fitting, MOST_CARDS_BYTES, MOST_CONTENT_BYTES } from './tool-content.ts';
import { ToolMetrics } from './tool-metrics.ts';
import { ToolResults } from './tool-results.ts';
import { Toolbox, type KnownTool } from './toolbox.ts';

const WAITING_PER_CALL = 4;

/** One call of one tool: find it, check the arguments, let it work, clean and bound what it says. */
@Injectable()
export class ToolCalls {
  /** Each tool has places of its own: a search that is slow keeps nobody from his order. */
  readonly #places = new Map<Tool, AdaptiveConcurrency>();

  constructor(
    private readonly config: ToolServiceConfig,
    private readonly toolbox: Toolbox,
    private readonly results: ToolResults,
    private readonly metrics: ToolMetrics,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /**
   * What the model is to read, a refusal too. Errors: `not-found` `tools.unknown-tool`, `unavailable`
   * `tools.busy` and `catalogue.unavailable`, `cancelled`.
   */
  async call(name: string, request: ToolCallRequest, { principal, turnId }: ServiceTokenClaims, signal: AbortSignal): Promise<ToolCallResponse> {
    const known = this.toolbox.find(name);
    if (known === undefined) throw new AppError('not-found', 'tools.unknown-tool', 'There is no such tool.');
    const startedMs = this.clock.elapsedMs();
    const deadline = withDeadline(signal, Math.min(known.tool.timeoutMs, this.config.toolTimeoutMs), { clock: this.clock, timers: this.timers });
    const ended = (outcome: string): void => {
      const durationMs = this.clock.elapsedMs() - startedMs;
      this.metrics.called(name, outcome, durationMs);
      this.logger.info({ tool: name, turnId, outcome, durationMs: Math.round(durationMs) }, 'tool called');
    };
    try {
      const outcome = await this.#outcome(known, request, { owner: principal, language: request.language ?? 'en', signal: deadline.signal });
      ended(outcome.status === 'success' ? 'success' : outcome.code);
      return responseOf(request.tool_use_id, outcome);
    } catch (error) {
      ended(toAppError(error).code);
      throw error;
    } finally {
      deadline.clear();
    }
  }

  async #outcome({ tool, problemsOf }: KnownTool, request: ToolCallRequest, call: ToolCall): Promise<ToolOutcome> {
    const input = tool.tidy(request.input);
    const problems = problemsOf(input);
    if (problems.length > 0) return refused('invalid_arguments', `The arguments are not valid: ${problems.join('; ')}.`);
    const { signal, language, owner } = call;
    try {
      if (!tool.isRepeatable) return await this.#work(tool, input, call);
      const repeatable = { tool: tool.definition.name, input, language, tenantId: owner.tenantId, signal };
      return await this.results.getOrFind(repeatable, (end) => this.#work(tool, input, { ...call, signal: end }));
    } catch (error) {
      if (!signal.aborted) throw error;
      // Adapters name an aborted call in their own way; only the signal knows whether it was late or unwanted.
      if ((signal.reason as { name?: unknown }).name === 'TimeoutError') return refused('timed_out', 'The tool took too long. Try again, or answer without it.');
      throw signal.reason;
    }
  }

  async #work(tool: Tool, input: ToolInput, call: ToolCall): Promise<ToolOutcome> {
    const place = await this.#placesOf(tool).acquire(call.signal);
    if (place === undefined) throw new AppError('unavailable', 'tools.busy', 'Too many tools are being called; try again.', { retryAfterMs: 1_000 });
    try {
      // Given up on when the time is over, whether or not the tool heeds its signal.
      return bounded(await Promise.race([tool.call(input, call), rejection(call.signal)]));
    } finally {
      place.release('ignored');
    }
  }

  #placesOf(tool: Tool): AdaptiveConcurrency {
    const { mostCallsAtOnce: maximum } = this.config;
    const places = this.#places.get(tool) ?? new AdaptiveConcurrency({ clock: this.clock, maximum, maxWaiting: WAITING_PER_CALL * maximum });
    this.#places.set(tool, places);
    return places;
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
}

function bounded(outcome: ToolOutcome): ToolOutcome {
  const content = cleaned(outcome.content) as Record<string, unknown>;
  if (bytesOf(content) > MOST_CONTENT_BYTES) return refused('too_large', 'The result is too long to read. Ask for less.');
  if (outcome.status === 'error') return { ...outcome, content };
  return { ...outcome, content, cards: fitting(cleaned(outcome.cards) as typeof outcome.cards, { mostBytes: MOST_CARDS_BYTES }) };
}

function responseOf(toolUseId: string, outcome: ToolOutcome): ToolCallResponse {
  if (outcome.status === 'success') {
    const { content, cards } = outcome;
    return { tool_use_id: toolUseId, status: 'success', content, ...(cards.length > 0 && { cards: [...cards] }) };
  }
  const error = { code: outcome.code, message: outcome.message };
  // In the content too, because that is what the model reads.
  return { tool_use_id: toolUseId, status: 'error', content: { error, ...outcome.content }, error };
}
