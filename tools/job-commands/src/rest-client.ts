import type { ProblemResponse } from '@manga-assist/schemas/rest';
import { CommandError, EXIT } from './exit-codes.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Control characters of a stranger's text would reach the terminal. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export const printable = (text: string): string => text.replaceAll(CONTROL, '');

/** The REST API, for commands: JSON in and out, a refusal is an error with the problem's own words. */
export class RestClient {
  readonly #url: string;
  readonly #apiKey: string;
  readonly #signal: AbortSignal;

  constructor({ url, apiKey, signal }: { url: string; apiKey: string; signal: AbortSignal }) {
    this.#url = url.replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.#signal = signal;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#call('GET', path, undefined, {});
  }

  post<Answer>(path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#call('POST', path, body, headers);
  }

  async #call<Answer>(method: string, path: string, body: object | undefined, headers: Record<string, string>): Promise<Answer> {
    const response = await this.#fetch(method, path, body, headers);
    const answer = (await response.json().catch(() => undefined)) as Answer | Partial<ProblemResponse> | undefined;
    if (response.ok && answer !== undefined) return answer as Answer;
    const problem = answer as Partial<ProblemResponse> | undefined;
    throw new CommandError(EXIT.failed, describe(response.status, problem), problem?.retryable ?? response.status >= 500);
  }

  async #fetch(method: string, path: string, body: object | undefined, headers: Record<string, string>): Promise<Response> {
    try {
      return await fetch(`${this.#url}${path}`, {
        method,
        headers: { 'x-api-key': this.#apiKey, ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]),
      });
    } catch (error) {
      if (this.#signal.aborted) throw new CommandError(EXIT.stopped, 'stopped');
      if ((error as { name?: unknown }).name === 'TimeoutError') throw new CommandError(EXIT.failed, `error: no answer from ${this.#url} within ${CALL_TIMEOUT_MS / 1_000} s`, true);
      throw new CommandError(EXIT.notRunning, `error: nobody answers at ${this.#url}. Start the stack with npm start, or say where it is with --url.`, true);
    }
  }
}

function describe(status: number, problem: Partial<ProblemResponse> | undefined): string {
  const lines = (problem?.details ?? []).map(({ path, message }) => `  ${path}: ${message}`);
  const head = `error: ${problem?.detail ?? 'the API answered'} (${status}${problem?.code ? ` ${problem.code}` : ''}${problem?.request_id ? `, request ${problem.request_id}` : ''})`;
  return printable([head, ...lines].join('\n'));
}
