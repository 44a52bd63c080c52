import { AppError, toAppError, type ErrorKind } from '@manga-assist/foundation';

/** As much of an SDK, Node or frame error as we look at. */
interface VendorError {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  $metadata?: { httpStatusCode?: unknown };
  $response?: { headers?: Readonly<Record<string, unknown>> };
}

type Meaning = readonly [kind: ErrorKind, code: string, message: string];

const THROTTLED: Meaning = ['rate-limited', 'bedrock.throttled', 'The model is busy. Please try again in a moment.'];
const UNAVAILABLE: Meaning = ['unavailable', 'bedrock.unavailable', 'The model cannot be reached at the moment. Please try again.'];
const MODEL_TIMEOUT: Meaning = ['timed-out', 'bedrock.model-timeout', 'The model took too long to answer. Please try again.'];
const MODEL_ERROR: Meaning = ['unavailable', 'bedrock.model-error', 'The model failed to answer. Please try again.'];
const INVALID_REQUEST: Meaning = ['invalid', 'bedrock.invalid-request', 'The model cannot work with this request.'];
const PROMPT_TOO_LONG: Meaning = ['invalid', 'bedrock.prompt-too-long', 'This is more than the model can read at once.'];
const RETIRED: Meaning = ['unavailable', 'bedrock.retired', 'This model is no longer offered.'];
const NOT_FOUND: Meaning = ['bug', 'bedrock.not-found', 'The model is not set up.'];
const ACCESS_DENIED: Meaning = ['bug', 'bedrock.access-denied', 'The model may not be used by this service.'];
const STREAM_CUT: Meaning = ['unavailable', 'bedrock.stream-cut', 'The answer broke off. Please try again.'];
const CANCELLED: Meaning = ['cancelled', 'bedrock.cancelled', 'The request was cancelled.'];
const DEADLINE: Meaning = ['timed-out', 'bedrock.deadline', 'The answer took too long. Please try again.'];
const UNEXPECTED: Meaning = ['bug', 'bedrock.unexpected', 'Something went wrong between us and the model.'];

/**
 * By lower-cased name, not by class: over HTTP a name begins with a capital, in a stream with a small
 * letter, and an exception that the operation does not model (modelTimeoutException in ConverseStream)
 * has no class at all.
 */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  throttlingexception: THROTTLED,
  toomanyrequestsexception: THROTTLED,
  servicequotaexceededexception: THROTTLED,
  serviceunavailableexception: UNAVAILABLE,
  internalserverexception: UNAVAILABLE,
  modelnotreadyexception: UNAVAILABLE,
  // The credential service did not answer; the credentials themselves may be fine.
  credentialsprovidererror: UNAVAILABLE,
  tokenprovidererror: UNAVAILABLE,
  modeltimeoutexception: MODEL_TIMEOUT,
  timeouterror: MODEL_TIMEOUT,
  modelerrorexception: MODEL_ERROR,
  modelstreamerrorexception: MODEL_ERROR,
  validationexception: INVALID_REQUEST,
  conflictexception: INVALID_REQUEST,
  accessdeniedexception: ACCESS_DENIED,
  unrecognizedclientexception: ACCESS_DENIED,
  expiredtokenexception: ACCESS_DENIED,
  invalidsignatureexception: ACCESS_DENIED,
  resourcenotfoundexception: NOT_FOUND,
  frameerror: STREAM_CUT,
  // An answer that is not the JSON it claims to be.
  syntaxerror: MODEL_ERROR,
  aborterror: CANCELLED,
};

/** Node's words for a connection that could not be made or did not hold. */
const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
]);

export interface ErrorSituation {
  /** The attempt's signal: when it has fired, its reason explains the error, whatever the error says. */
  signal?: AbortSignal;
  /** Events were arriving: a connection that breaks now is an answer cut short. */
  inStream?: boolean;
}

/**
 * What the SDK, the socket or the stream threw, in our words. The message never repeats Bedrock's,
 * which may quote the prompt; `cause` keeps it for the log.
 */
export function toModelError(error: unknown, { signal, inStream = false }: ErrorSituation = {}): AppError {
  if (signal?.aborted) return reasonToModelError(signal.reason);
  if (error instanceof AppError) return error;
  const vendor = (typeof error === 'object' && error !== null ? error : {}) as VendorError;
  const [kind, code, message] = meaningOf(vendor, inStream);
  return new AppError(kind, code, message, {
    cause: error,
    details: { name: String(vendor.name ?? ''), status: vendor.$metadata?.httpStatusCode },
    ...(kind === 'rate-limited' || kind === 'unavailable' ? { retryAfterMs: retryAfterMs(vendor.$response?.headers) } : {}),
  });
}

/** Why a signal fired: our own watchdogs say it in an AppError, a caller with any reason at all. */
function reasonToModelError(reason: unknown): AppError {
  if (reason instanceof AppError && reason.code.startsWith('bedrock.')) return reason;
  const [kind, code, message] = toAppError(reason).kind === 'timed-out' ? DEADLINE : CANCELLED;
  return new AppError(kind, code, message, { cause: reason });
}

function meaningOf(error: VendorError, inStream: boolean): Meaning {
  const name = String(error.name ?? '').toLowerCase();
  if (name === 'resourcenotfoundexception' && /end of its life/i.test(String(error.message))) return RETIRED;
  if (name === 'validationexception' && /(?:input|prompt) is too long/i.test(String(error.message))) return PROMPT_TOO_LONG;
  // With a status of 200 the answer had begun, and is cut short as a stream is.
  if (CONNECTION_CODES.has(error.code)) return inStream || error.$metadata?.httpStatusCode === 200 ? STREAM_CUT : UNAVAILABLE;
  const meaning = BY_NAME[name] ?? byStatus(Number(error.$metadata?.httpStatusCode));
  // An exception frame of a kind that is not known yet is still Bedrock's failure, not our bug.
  return meaning ?? (inStream && name.endsWith('exception') ? MODEL_ERROR : UNEXPECTED);
}

function byStatus(status: number): Meaning | undefined {
  switch (status) {
    case 400:
    case 413:
      return INVALID_REQUEST;
    case 401:
    case 403:
      return ACCESS_DENIED;
    case 404:
      return NOT_FOUND;
    case 408:
      return MODEL_TIMEOUT;
    case 424:
      return MODEL_ERROR;
    case 429:
      return THROTTLED;
  }
  return status >= 500 ? UNAVAILABLE : undefined;
}

/** `x-amz-retry-after` is in milliseconds, `retry-after` in seconds. */
function retryAfterMs(headers: Readonly<Record<string, unknown>> = {}): number | undefined {
  const amzMs = Number(headers['x-amz-retry-after']);
  if (amzMs > 0) return amzMs;
  const seconds = Number(headers['retry-after']);
  return seconds > 0 ? seconds * 1_000 : undefined;
}
