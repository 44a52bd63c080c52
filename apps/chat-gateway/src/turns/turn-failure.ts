import { toAppError, type ErrorKind } from '@manga-assist/foundation';
import type { ChatErrorCode } from '@manga-assist/schemas/chat';
import type { ChatRefusal } from '../frames/chat-refusal.ts';

/** Codes that mean something of their own in the chat. */
const BY_CODE: Readonly<Record<string, ChatErrorCode>> = {
  'conversations.unavailable': 'store_unavailable',
  'conversations.turn-in-progress': 'turn_in_progress',
  'conversations.not-found': 'not_found',
  'chat.content-blocked': 'content_blocked',
  'chat.tool-limit': 'tool_limit',
  'chat.interrupted': 'turn_interrupted',
};

/** Everything else comes from asking the model. */
const BY_KIND: Readonly<Record<ErrorKind, { code: ChatErrorCode; retryable: boolean }>> = {
  'rate-limited': { code: 'upstream_throttled', retryable: true },
  'timed-out': { code: 'upstream_timeout', retryable: true },
  unavailable: { code: 'upstream_error', retryable: true },
  // The model refused what we sent it: sending it again changes nothing.
  invalid: { code: 'upstream_error', retryable: false },
  'not-found': { code: 'upstream_error', retryable: false },
  forbidden: { code: 'upstream_error', retryable: false },
  unauthenticated: { code: 'upstream_error', retryable: false },
  conflict: { code: 'upstream_error', retryable: true },
  cancelled: { code: 'upstream_error', retryable: true },
  bug: { code: 'internal', retryable: false },
};

/** What a failed turn tells the shopper. */
export function turnFailure(error: unknown): ChatRefusal {
  const { kind, code, retryAfterMs } = toAppError(error);
  const own = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  return {
    ...(own === undefined ? BY_KIND[kind] : { code: own }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
