import { BedrockError } from '../wire/bedrock-error.ts';
import type { Exchange } from './exchange.ts';

/** Errors look like Bedrock's: the exception in a header, the message in a JSON body. */
export function replyError(exchange: Exchange, requestId: string, error: unknown): void {
  const refusal =
    error instanceof BedrockError
      ? error
      : new BedrockError('InternalServerException', 'The system encountered an unexpected error during processing. Try your request again.');
  exchange.reply(
    refusal.status,
    {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': `${refusal.exception}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
      ...refusal.headers,
    },
    JSON.stringify({ message: refusal.message }),
  );
}
