import { BedrockError, type ExceptionName } from '../wire/bedrock-error.ts';
import { HTTP_FAULTS, isHttpFault, type Fault, type StreamException } from './fault.ts';

const MESSAGES: Partial<Record<ExceptionName, string>> = {
  AccessDeniedException: "You don't have access to the model with the specified model ID.",
  InternalServerException: 'The system encountered an unexpected error during processing. Try your request again.',
  ModelErrorException: 'The model returned an error while processing the request.',
  ModelNotReadyException: 'Model is not ready for inference. Wait and try your request again.',
  ModelStreamErrorException: 'An error occurred while streaming the response. Retry your request.',
  ModelTimeoutException: 'Model has timed out in processing the request. Try your request again.',
  ResourceNotFoundException: 'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
  ServiceQuotaExceededException: 'Your request exceeds the service quota for your account.',
  ServiceUnavailableException: 'Bedrock is unable to process your request.',
  ThrottlingException: 'Too many requests, please wait before trying again.',
  ValidationException: 'The request was refused by an injected fault.',
};

export function raiseHttpFault(fault: Fault | undefined): void {
  if (!fault || !isHttpFault(fault.kind)) return;
  const exception = HTTP_FAULTS[fault.kind];
  throw new BedrockError(exception, fault.message ?? messageOf(exception), fault.headers);
}

/** Payload of an exception frame inside a stream. */
export function streamExceptionPayload(name: StreamException, message?: string): string {
  const exception = (name[0]?.toUpperCase() + name.slice(1)) as ExceptionName;
  const payload = { message: message ?? messageOf(exception) };
  if (name !== 'modelStreamErrorException') return JSON.stringify(payload);
  return JSON.stringify({ ...payload, originalStatusCode: 500, originalMessage: 'model stream failed' });
}

function messageOf(exception: ExceptionName): string {
  return MESSAGES[exception] ?? 'An injected fault.';
}
