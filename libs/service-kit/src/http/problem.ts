import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { AppError, toAppError, type ErrorKind } from '@manga-assist/foundation';
import type { ProblemResponse } from '@manga-assist/schemas/rest';

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  cancelled: 499,
  'rate-limited': 429,
  bug: 500,
  unavailable: 503,
  'timed-out': 504,
};

/** Refusals that HTTP has a status of its own for. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'request.method-not-allowed': 405,
  'request.still-running': 409,
  'request.too-large': 413,
  'jobs.too-large': 413,
  'request.unsupported-media-type': 415,
  'request.unsupported-encoding': 415,
  'request.idempotency-key-reused': 422,
};

/** What Fastify and Nest refuse by themselves, by status. Their own messages quote the input, so ours replace them. */
const REFUSALS: Readonly<Record<number, () => AppError>> = {
  401: () => new AppError('unauthenticated', 'request.unauthenticated', 'The request needs a credential.'),
  403: () => new AppError('forbidden', 'request.forbidden', 'This is not allowed.'),
  404: () => new AppError('not-found', 'request.unknown-address', 'There is nothing at this address.'),
  405: () => new AppError('invalid', 'request.method-not-allowed', 'This address does not answer to this method.'),
  409: () => new AppError('conflict', 'request.conflict', 'The request does not fit the present state.'),
  413: () => new AppError('invalid', 'request.too-large', 'The body is larger than this address accepts.'),
  415: () => new AppError('invalid', 'request.unsupported-media-type', 'The body must be application/json in UTF-8.'),
  429: () => new AppError('rate-limited', 'request.rate-limited', 'Too many requests; try again later.'),
  503: () => new AppError('unavailable', 'request.unavailable', 'The service cannot answer just now; try again.'),
};

/** Any failure as one of ours: the only place that reads a framework's status. */
export function toServiceError(error: unknown): AppError {
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown } | null)?.statusCode;
  if (error instanceof AppError || typeof status !== 'number') return toAppError(error);
  const refusal = REFUSALS[status];
  if (refusal !== undefined) return refusal();
  if (status >= 400 && status < 500) return new AppError('invalid', 'request.malformed', 'The request cannot be understood.');
  return toAppError(error);
}

export function statusOf(error: AppError): number {
  return STATUS_OF_CODE[error.code] ?? STATUS_OF_KIND[error.kind];
}

/** Whole seconds, at least one. */
export function retryAfterSecondsOf(error: AppError): number | undefined {
  if (error.kind !== 'unavailable' && error.kind !== 'rate-limited' && error.retryAfterMs === undefined) return undefined;
  return Math.max(1, Math.ceil((error.retryAfterMs ?? 1_000) / 1_000));
}

const NAME_OF_A_FIELD = /^[A-Za-z0-9_$.-]{1,64}$/;

/** RFC 9457 with the customer's `error` and `details`. Says nothing that the caller sent, but the names of fields. */
export function problemOf(error: AppError, requestId: string): ProblemResponse {
  const status = statusOf(error);
  return {
    type: `urn:manga-assist:problem:${error.code}`,
    title: STATUS_CODES[status] ?? (status === 499 ? 'Client Closed Request' : 'Error'),
    status,
    detail: error.message,
    instance: `urn:manga-assist:request:${requestId}`,
    code: error.code,
    request_id: requestId,
    retryable: error.isRetryable,
    error: error.message,
    details: error.problems.map(({ path, message }) => ({
      path: NAME_OF_A_FIELD.test(path) ? path : '(a field with an unusual name)',
      message,
    })),
  };
}
