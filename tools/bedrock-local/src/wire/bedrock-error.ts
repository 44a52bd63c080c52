/** HTTP status of each exception, as Bedrock sends it. */
export const EXCEPTION_STATUS = {
  AccessDeniedException: 403,
  ConflictException: 400,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  ValidationException: 400,
} as const;
export type ExceptionName = keyof typeof EXCEPTION_STATUS;

/** A refusal in Bedrock's own words: exception name, HTTP status and message travel to the caller as they are. */
export class BedrockError extends Error {
  readonly exception: ExceptionName;
  readonly headers: Readonly<Record<string, string>>;

  constructor(exception: ExceptionName, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = exception;
    this.exception = exception;
    this.headers = headers;
  }

  get status(): number {
    return EXCEPTION_STATUS[this.exception];
  }
}

export function validation(message: string): BedrockError {
  return new BedrockError('ValidationException', message);
}
