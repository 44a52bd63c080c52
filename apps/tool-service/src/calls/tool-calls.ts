import { AppError, Clock } from '@manga-assist/foundation';
import type { ServiceTokenClaims } from '@manga-assist/identity';
import { Logger } from '@manga-assist/observability';
import { AdaptiveConcurrency, Timers, withDeadline } from '@manga-assist/resilience';
import type { ToolCallRequest, ToolCallResponse } from '@manga-assist/schemas/tools';
import { Injectable } from '@nestjs/common';
import { ToolServiceConfig } from '../config.ts';
import { refused, type ToolOutcome } from '../tools/tool.ts';
import { bytesOf, cleaned, MOST_CONTENT_BYTES } from './tool-content.ts';
import { Toolbox, type KnownTool } from './toolbox.ts';

const WAITING_PER_CALL = 4;

/** One call of one tool: find it, check the arguments, let it work, clean and bound what it says. */
@Injectable()
export class ToolCalls {
  readonly #places: AdaptiveConcurrency;

  constructor(
    private readonly config: ToolServiceConfig,
    private readonly toolbox: Toolbox,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    this.#places = new AdaptiveConcurrency({ clock, maximum: config.mostCallsAtOnce, maxWaiting: WAITING_PER_CALL * config.mostCallsAtOnce });
  }

  /**
   * What the model is to read, a refusal too. Errors: `not-found` `tools.unknown-tool`, `unavailable`
   * `tools.busy` and `catalogue.unavailable`, `cancelled`.
   */
  async call(name: string, request: ToolCallRequest, { principal, turnId }: ServiceTokenClaims, signal: AbortSignal): Promise<ToolCallResponse> {
    const known = this.toolbox.find(name);
    if (known === undefined) throw new AppError('not-found', 'tools.unknown-tool', 'There is no such tool.');
    const startedMs = this.clock.elapsedMs();
    const deadline = withDeadline(signal, this.config.toolTimeoutMs, { clock: this.clock, timers: this.timers });
    try {
      const outcome = bounded(await this.#outcome(known, request, principal, deadline.signal));
      const code = outcome.status === 'error' ? outcome.code : undefined;
      this.logger.info({ tool: name, turnId, status: outcome.status, code, durationMs: Math.round(this.clock.elapsedMs() - startedMs) }, 'tool called');
      return responseOf(request.tool_use_id, outcome);
    } finally {
      deadline.clear();
    }
  }

  async #outcome({ tool, problemsOf }: KnownTool, request: ToolCallRequest, owner: ServiceTokenClaims['principal'], signal: AbortSignal): Promise<ToolOutcome> {
    const input = tool.tidy(request.input);
    const problems = problemsOf(input);
    if (problems.length > 0) return refused('invalid_arguments', `The arguments are not valid: ${problems.join('; ')}.`);
    try {
      return await this.#inTurn(signal, () => tool.call(input, { owner, language: request.language ?? 'en', signal }));
    } catch (error) {
      if (!signal.aborted) throw error;
      // Adapters name an aborted call in their own way; only the signal knows whether it was late or unwanted.
      if ((signal.reason as { name?: unknown }).name === 'TimeoutError') return refused('timed_out', 'The tool took too long. Try again, or answer without it.');
      throw signal.reason;
    }
  }

  async #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const place = await this.#places.acquire(signal);
    if (place === undefined) throw new AppError('unavailable', 'tools.busy', 'Too many tools are being called; try again.', { retryAfterMs: 1_000 });
    try {
      // Given up on when the time is over, whether or not the tool heeds its signal.
      return await Promise.race([work(), rejection(signal)]);
    } finally {
      place.release('ignored');
    }
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
}

function bounded(outcome: ToolOutcome): ToolOutcome {
  const content = cleaned(outcome.content) as Record<string, unknown>;
  if (bytesOf(content) > MOST_CONTENT_BYTES) return refused('too_large', 'The result is too long to read. Ask for less.');
  return { ...outcome, content };
}

function responseOf(toolUseId: string, outcome: ToolOutcome): ToolCallResponse {
  if (outcome.status === 'success') return { tool_use_id: toolUseId, status: 'success', content: outcome.content };
  const error = { code: outcome.code, message: outcome.message };
  // In the content too, because that is what the model reads.
  return { tool_use_id: toolUseId, status: 'error', content: { error, ...outcome.content }, error };
}
