import type { ToolDefinition } from '@manga-assist/bedrock';
import { AppError, type Clock, type JsonObject } from '@manga-assist/foundation';
import type { ServiceTokens } from '@manga-assist/identity';
import type { Logger } from '@manga-assist/observability';
import { CircuitBreaker } from '@manga-assist/resilience';
import { TOOL_ERROR_CODES, type ToolCallRequest, type ToolCallResponse, type ToolErrorCode, type ToolListResponse } from '@manga-assist/schemas/tools';
import { readCards } from './read-cards.ts';
import { readJson } from './read-json.ts';
import { ToolClient, type ToolCaller, type ToolResult, type ToolUse } from './tool-client.ts';
import { toolError } from './tool-error.ts';

export interface HttpToolClientOptions {
  /** Where tool-service is. */
  url: string;
  tokens: ServiceTokens;
  clock: Clock;
  logger: Logger;
}

const REFRESH_MS = 60_000;
/** While nothing is known, tool-service is asked again soon. */
const FIRST_REFRESH_MS = 1_000;
const LIST_TIMEOUT_MS = 1_000;
/** tool-service promises 8 KiB; twice that is somebody else's answer. */
const MOST_CONTENT_BYTES = 16 * 1024;
/** tool-service lists its tools to services; no shopper is behind the question. */
const NOBODY = { principal: { tenantId: 'store', subject: 'chat-gateway', scopes: [] }, turnId: 'tool-list' };

/** Tools over tool-service's HTTP, called in the shopper's name. */
export class HttpToolClient extends ToolClient {
  readonly #options: HttpToolClientOptions;
  /** Each tool has its own: a search without its index keeps nobody from an order. */
  readonly #breakers = new Map<string, CircuitBreaker>();
  #tools: readonly ToolDefinition[] = [];
  #refreshing: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: HttpToolClientOptions) {
    super();
    this.#options = options;
    void this.#refresh();
  }

  async list(): Promise<readonly ToolDefinition[]> {
    // The first list is on its way when the service has just started.
    if (this.#tools.length === 0) await this.#refreshing;
    return this.#tools;
  }

  async call(use: ToolUse, { principal, turnId, language }: ToolCaller, signal: AbortSignal): Promise<ToolResult> {
    const passage = this.#breakerOf(use.name).enter();
    if (passage === undefined) throw unavailable();
    try {
      const { tenantId, subject, scopes } = principal;
      const token = await this.#options.tokens.sign({ principal: { tenantId, subject, scopes }, turnId });
      const request: ToolCallRequest = { tool_use_id: use.toolUseId, input: use.input, language };
      const response = await this.#fetch(`/v1/tools/${encodeURIComponent(use.name)}/calls`, token, signal, JSON.stringify(request));
      passage.succeeded();
      return resultOf(use, response);
    } catch (error) {
      if (signal.aborted && signal.reason instanceof DOMException && signal.reason.name !== 'TimeoutError') passage.ignored();
      else passage.failed();
      this.#options.logger.warn({ tool: use.name, turnId, error }, 'a tool could not be called');
      throw error;
    }
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#learn(signal);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    return Promise.resolve();
  }

  /** Only tools that are in the list are called, so there are few. */
  #breakerOf(tool: string): CircuitBreaker {
    // A tool that hangs costs every call its whole time-out: five in a row are enough.
    const breaker = this.#breakers.get(tool) ?? new CircuitBreaker({ clock: this.#options.clock, window: 5, minimumOutcomes: 5, failureShare: 1, openMs: 1_000 });
    this.#breakers.set(tool, breaker);
    return breaker;
  }

  async #refresh(): Promise<void> {
    this.#refreshing = this.#learn(AbortSignal.timeout(LIST_TIMEOUT_MS));
    await this.#refreshing;
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#refresh(), this.#tools.length === 0 ? FIRST_REFRESH_MS : REFRESH_MS).unref();
  }

  async #learn(signal: AbortSignal): Promise<boolean> {
    try {
      const list = (await this.#fetch('/v1/tools', await this.#options.tokens.sign(NOBODY), signal)) as unknown as ToolListResponse;
      this.#tools = list.tools.map(({ name, description, input_schema }) => ({ name, description, inputSchema: input_schema as JsonObject }));
      return true;
    } catch {
      return false;
    }
  }

  async #fetch(path: string, token: string, signal: AbortSignal, body?: string): Promise<JsonObject> {
    const response = await fetch(new URL(path, this.#options.url), {
      ...(body === undefined ? {} : { method: 'POST', body }),
      redirect: 'error',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal,
    });
    if (response.ok) return readJson(response);
    await response.body?.cancel();
    throw unavailable({ status: response.status });
  }
}

function resultOf(use: ToolUse, response: JsonObject): ToolResult {
  const { status, content, error, cards } = response as unknown as Partial<ToolCallResponse>;
  if (content === null || typeof content !== 'object' || Array.isArray(content)) throw unavailable({ reason: 'no content' });
  if (Buffer.byteLength(JSON.stringify(content)) > MOST_CONTENT_BYTES) return toolError(use, 'too_large');
  const shown = content as JsonObject;
  if (status === 'success') return { toolUseId: use.toolUseId, status, content: shown, cards: readCards(cards) };
  return { toolUseId: use.toolUseId, status: 'error', content: shown, code: knownCode(error?.code) };
}

function knownCode(code: unknown): ToolErrorCode {
  return TOOL_ERROR_CODES.find((known) => known === code) ?? 'unavailable';
}

function unavailable(details: Readonly<Record<string, unknown>> = {}): AppError {
  return new AppError('unavailable', 'tools.unavailable', 'The tool cannot be reached just now.', { details });
}
