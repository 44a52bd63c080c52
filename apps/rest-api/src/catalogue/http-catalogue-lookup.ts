import { AppError, type Clock } from '@manga-assist/foundation';
import type { ServiceTokens } from '@manga-assist/identity';
import type { Logger } from '@manga-assist/observability';
import { CircuitBreaker, withDeadline, type Timers } from '@manga-assist/resilience';
import type { ToolCallRequest, ToolCallResponse, ToolListResponse } from '@manga-assist/schemas/tools';
import { CatalogueLookup, type CatalogueQuestion } from './catalogue-lookup.ts';
import { catalogueResultsOf, type CatalogueResults } from './catalogue-results.ts';

export interface HttpCatalogueLookupOptions {
  /** Where tool-service is. */
  url: string;
  tokens: ServiceTokens;
  /** How long one search may take, in milliseconds. */
  timeoutMs: number;
  clock: Clock;
  timers: Timers;
  logger: Logger;
}

/** Enough to find something; a question of 4,000 characters is a story, not a search. */
const MOST_SEARCH_CHARACTERS = 200;
const MOST_RESULTS = 5;
/** Tool results are at most 8 KiB; whatever sends more is not tool-service. */
const MOST_ANSWER_BYTES = 64 * 1024;
const VERSION_INTERVAL_MS = 60_000;
/** tool-service lists its tools to services; no caller is behind the question. */
const NOBODY = { principal: { tenantId: 'store', subject: 'rest-api', scopes: [] }, turnId: 'tool-list' };

/** The catalogue over tool-service's HTTP, asked in the caller's name. */
export class HttpCatalogueLookup extends CatalogueLookup {
  readonly #options: HttpCatalogueLookupOptions;
  readonly #breaker: CircuitBreaker;
  readonly #refreshing: NodeJS.Timeout;
  #version: string | undefined;

  constructor(options: HttpCatalogueLookupOptions) {
    super();
    this.#options = options;
    // A tool-service that hangs costs every question its whole time-out: five in a row are enough.
    this.#breaker = new CircuitBreaker({ clock: options.clock, window: 5, minimumOutcomes: 5, failureShare: 1, openMs: 1_000 });
    this.#refreshing = setInterval(() => void this.isReachable(AbortSignal.timeout(options.timeoutMs)), VERSION_INTERVAL_MS).unref();
  }

  get version(): string | undefined {
    return this.#version;
  }

  async search(question: CatalogueQuestion, signal: AbortSignal): Promise<CatalogueResults | undefined> {
    const passage = this.#breaker.enter();
    if (passage === undefined) return undefined;
    const deadline = withDeadline(signal, this.#options.timeoutMs, this.#options);
    try {
      const results = await this.#search(question, deadline.signal);
      passage.succeeded();
      return results;
    } catch (error) {
      if (signal.aborted) {
        passage.ignored();
        throw signal.reason;
      }
      passage.failed();
      this.#options.logger.warn({ error, requestId: question.requestId }, 'the catalogue cannot be asked: answering without it');
      return undefined;
    } finally {
      deadline.clear();
    }
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    try {
      const { version } = await this.#fetch<ToolListResponse>('/v1/tools', await this.#options.tokens.sign(NOBODY), { signal });
      if (typeof version === 'string') this.#version = version;
      return true;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    clearInterval(this.#refreshing);
    return Promise.resolve();
  }

  async #search({ text, language, caller, requestId }: CatalogueQuestion, signal: AbortSignal): Promise<CatalogueResults | undefined> {
    const call: ToolCallRequest = {
      tool_use_id: 'query',
      input: { query: searchText(text), max_results: MOST_RESULTS },
      language,
    };
    const { tenantId, subject, scopes } = caller;
    const token = await this.#options.tokens.sign({ principal: { tenantId, subject, scopes }, turnId: requestId });
    const answer = await this.#fetch<ToolCallResponse>('/v1/tools/search_manga_catalog/calls', token, {
      method: 'POST',
      body: JSON.stringify(call),
      signal,
    });
    if (answer.status === 'success') return catalogueResultsOf(answer.content);
    // Nothing found is an answer; everything else means that nobody looked.
    return answer.error?.code === 'not_found' ? { results: [] } : undefined;
  }

  async #fetch<T>(path: string, token: string, request: RequestInit): Promise<T> {
    const response = await fetch(new URL(path, this.#options.url), {
      ...request,
      redirect: 'error',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    const bytes = Number(response.headers.get('content-length') ?? Infinity);
    if (!response.ok || bytes > MOST_ANSWER_BYTES) {
      await response.body?.cancel();
      throw new AppError('unavailable', 'query.catalogue-unavailable', 'The catalogue cannot be asked.', { details: { status: response.status, bytes } });
    }
    return (await response.json()) as T;
  }
}

function searchText(text: string): string {
  return text.length <= MOST_SEARCH_CHARACTERS ? text : Array.from(text).slice(0, MOST_SEARCH_CHARACTERS).join('').trim();
}
