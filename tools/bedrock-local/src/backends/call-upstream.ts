import { asString, isObject } from '../messages/json.ts';
import { BedrockError, validation } from '../wire/bedrock-error.ts';

export interface Upstream {
  /** Base URL without /v1/… */
  url: string;
  model: string | undefined;
  key: string | undefined;
}

/** How long an upstream may take to begin its answer: a local model may have to be loaded first. */
const FIRST_BYTE_TIMEOUT_MS = 300_000;

/** POSTs and gives the streaming body, or fails as Bedrock would fail. */
export async function callUpstream(url: string, headers: Record<string, string>, body: unknown, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), FIRST_BYTE_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, slow.signal]),
    });
    if (!response.ok) throw await refusal(response);
    if (!response.body) throw new BedrockError('ModelErrorException', 'The upstream sent no body.');
    return response.body;
  } catch (error) {
    if (error instanceof BedrockError || signal.aborted) throw error;
    if (slow.signal.aborted) throw new BedrockError('ModelTimeoutException', 'Model has timed out in processing the request. Try your request again.');
    throw new BedrockError('ServiceUnavailableException', `The upstream ${new URL(url).origin} cannot be reached.`);
  } finally {
    clearTimeout(timer);
  }
}

async function refusal(response: Response): Promise<BedrockError> {
  const retryAfter = response.headers.get('retry-after');
  const message = await messageOf(response);
  if (response.status === 429) return new BedrockError('ThrottlingException', message, retryAfter ? { 'retry-after': retryAfter } : {});
  if (response.status === 401 || response.status === 403) return new BedrockError('AccessDeniedException', message);
  if (response.status === 404) return new BedrockError('ResourceNotFoundException', message);
  if (response.status >= 500) return new BedrockError('ServiceUnavailableException', message);
  return validation(message);
}

async function messageOf(response: Response): Promise<string> {
  const fallback = `The upstream answered ${response.status}.`;
  try {
    const body: unknown = await response.json();
    const error = isObject(body) ? (body['error'] ?? body) : undefined;
    return (isObject(error) ? asString(error['message']) : asString(error)) ?? fallback;
  } catch {
    return fallback;
  }
}
