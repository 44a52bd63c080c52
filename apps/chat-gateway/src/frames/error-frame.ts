import type { ChatErrorCode, ChatErrorFrame } from '@manga-assist/schemas/chat';
import type { ChatRefusal } from './chat-refusal.ts';

/** What each code says to a shopper, and whether the same frame may work later. */
const WORDS: Readonly<Record<ChatErrorCode, { message: string; retryable: boolean }>> = {
  invalid_json: { message: 'The frame is not JSON.', retryable: false },
  invalid_message: { message: 'The frame is not as the protocol wants it.', retryable: false },
  unknown_type: { message: 'There is no such type of frame.', retryable: false },
  unsupported_binary: { message: 'Frames are text, not binary.', retryable: false },
  frame_too_large: { message: 'A frame has at most 32768 bytes.', retryable: false },
  invalid_unicode: { message: 'The text holds characters that are not valid Unicode.', retryable: false },
  empty_text: { message: 'The text is empty once invisible characters are removed.', retryable: false },
  text_too_long: { message: 'The text has more than 4000 characters.', retryable: false },
  unauthenticated: { message: 'Please sign in again.', retryable: false },
  forbidden: { message: 'This is not allowed.', retryable: false },
  not_found: { message: 'There is no such conversation.', retryable: false },
  rate_limited: { message: 'Too many questions at once. Please wait a moment.', retryable: true },
  quota_exceeded: { message: 'The quota is used up.', retryable: false },
  turn_in_progress: { message: 'The last question is still being answered.', retryable: true },
  turn_not_found: { message: 'There is no such turn, or it is too long ago.', retryable: false },
  turn_interrupted: { message: 'The answer was interrupted. Please ask again.', retryable: true },
  resume_failed: { message: 'The answer cannot be continued from there.', retryable: false },
  draining: { message: 'This server is restarting. Please connect again.', retryable: true },
  overloaded: { message: 'Too busy just now. Please try again.', retryable: true },
  upstream_throttled: { message: 'The model is busy just now. Please try again.', retryable: true },
  upstream_timeout: { message: 'The model took too long. Please try again.', retryable: true },
  upstream_error: { message: 'The model could not answer. Please try again.', retryable: true },
  content_blocked: { message: 'This cannot be answered here.', retryable: false },
  tool_limit: { message: 'The question needed too many steps. Please ask for less at once.', retryable: false },
  store_unavailable: { message: 'The conversation cannot be reached just now. Please try again.', retryable: true },
  internal: { message: 'Something went wrong on our side.', retryable: false },
};

/** How long a client had better wait when nothing else is known, in milliseconds. */
const RETRY_AFTER_MS = 1_000;

export function errorFrame(refusal: ChatRefusal, requestId: string): ChatErrorFrame {
  const words = WORDS[refusal.code];
  const retryable = refusal.retryable ?? words.retryable;
  return {
    type: 'error',
    code: refusal.code,
    message: refusal.message ?? words.message,
    retryable,
    ...(retryable ? { retry_after_ms: refusal.retryAfterMs ?? RETRY_AFTER_MS } : {}),
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
    turn_id: refusal.turnId ?? null,
    client_message_id: refusal.clientMessageId ?? null,
    request_id: requestId,
  };
}
