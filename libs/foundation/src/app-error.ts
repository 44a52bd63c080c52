/**
 * Every failure has one of these kinds; edges (HTTP, WebSocket, job settlement) translate kinds and
 * nobody else looks at status codes.
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'rate-limited'
  | 'unavailable'
  | 'timed-out'
  | 'cancelled'
  | 'bug';

/** One problem with one field. `path` is dotted (`items.3.manga_id`), `$` for the whole body. */
export interface Problem {
  path: string;
  message: string;
}

export interface ErrorContext {
  cause?: unknown;
  /** May be logged; holds no prompt, token, key or personal data. */
  details?: Readonly<Record<string, unknown>>;
  /** Shown to the caller: which fields are wrong and why. Never echoes their values. */
  problems?: readonly Problem[];
  /** How long the caller had better wait before trying again, in milliseconds. */
  retryAfterMs?: number;
}

const RETRYABLE: ReadonlySet<ErrorKind> = new Set(['rate-limited', 'unavailable', 'timed-out']);

/**
 * The one error class of the platform.
 *
 * `code` is stable and dotted (`bedrock.throttled`), listed in docs/errors.md. `message` may be shown
 * to a shopper or partner: it says what happened and what to do, and repeats nothing from below.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, code: string, message: string, context: ErrorContext = {}) {
    super(message, { cause: context.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.details = context.details ?? {};
    this.problems = context.problems ?? [];
    this.retryAfterMs = context.retryAfterMs;
  }

  get isRetryable(): boolean {
    return RETRYABLE.has(this.kind);
  }
}

/** The error itself when it is ours; cancellation and time-outs by their well-known names; else a bug with its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // By name, because an abort reason may be a DOMException or the SDK's own Error.
  switch ((error as { name?: unknown } | null)?.name) {
    case 'AbortError':
      return new AppError('cancelled', 'request.cancelled', 'The request was cancelled.', { cause: error });
    case 'TimeoutError':
      return new AppError('timed-out', 'request.timed-out', 'The request took too long.', { cause: error });
    default:
      return new AppError('bug', 'internal', 'Something went wrong on our side.', { cause: error });
  }
}
