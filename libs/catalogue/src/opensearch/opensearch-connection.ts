import { Client } from '@opensearch-project/opensearch';
import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3';
import { toSearchError } from './opensearch-errors.ts';
import type { ServiceProfile } from './service-profile.ts';

export interface ConnectionOptions {
  /** Where OpenSearch answers, without the index. */
  url: string;
  /** For signed requests. */
  region?: string;
  /** Of one call, in milliseconds. */
  timeoutMs: number;
  profile: ServiceProfile;
}

export interface SearchCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | boolean | number>;
  body?: Record<string, unknown>;
  /** Lines of ndjson, for `_bulk` and `_msearch`. */
  lines?: readonly Record<string, unknown>[];
  /** Of this call, when it may take longer than others. */
  timeoutMs?: number;
}

/** One OpenSearch, each call with a deadline and its failures in our words. Nothing is retried: whoever asks again decides. */
export class OpenSearchConnection {
  readonly #client: Client;
  readonly #timeoutMs: number;

  constructor({ url, region, timeoutMs, profile }: ConnectionOptions) {
    const signer = profile.signAs === null ? {} : AwsSigv4Signer({ region: region ?? 'us-east-1', service: profile.signAs });
    this.#client = new Client({ node: url, maxRetries: 0, ...signer });
    this.#timeoutMs = timeoutMs;
  }

  /** The answer's body. Errors: `unavailable` `catalogue.unavailable`, `cancelled`, `timed-out` as `unavailable`. */
  async call<Answer>({ method, path, query, body, lines, timeoutMs = this.#timeoutMs }: SearchCall, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw toSearchError(signal.reason);
    const request = this.#client.transport.request(
      { method, path, ...(query && { querystring: query }), ...(body && { body }), ...(lines && { bulkBody: [...lines] }) },
      { requestTimeout: timeoutMs, maxRetries: 0 },
    );
    // The client's own time-out begins anew when a connection does; this one does not.
    const deadline = setTimeout(() => request.abort(), timeoutMs);
    const stop = (): void => request.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return (await request).body as Answer;
    } catch (error) {
      throw toSearchError(signal.aborted ? signal.reason : error);
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
