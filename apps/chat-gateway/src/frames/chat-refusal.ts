import type { ChatErrorCode } from '@manga-assist/schemas/chat';

/** A frame that cannot be acted on: an expected answer, not a failure. */
export interface ChatRefusal {
  code: ChatErrorCode;
  /** Replaces the code's own sentence. Never repeats what the client sent. */
  message?: string;
  reason?: 'expired' | 'epoch_changed' | 'sequence_ahead' | 'buffer_lost';
  retryAfterMs?: number;
  turnId?: string;
  clientMessageId?: string;
  /** Overrides what the code usually means. */
  retryable?: boolean;
}
