import { AppError, type Problem } from '@manga-assist/foundation';
import type { OutgoingMessage } from './outgoing-message.ts';

/** SQS's limit for a message with its attributes, and for a call with all its messages. */
export const MOST_MESSAGE_BYTES = 1_048_576;
/** SQS takes ten attributes; `Pattern` is one of them. */
const MOST_ATTRIBUTES = 9;
const MOST_DELAY_MS = 900_000;
/** What SQS does not take in a text, even though JSON does. */
const UNSENDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)(?!.*\.$)[A-Za-z0-9_.-]{1,256}$/i;
/** SQS's rule for group and deduplication ids. */
const ID = /^[\x21-\x7e]{1,128}$/;

export const isFifo = (queueName: string): boolean => queueName.endsWith('.fifo');

/** Bytes as SQS counts them: the body, and name, type and value of every attribute. */
export function sizeOf(message: OutgoingMessage): number {
  return Object.entries({ ...message.attributes, Pattern: message.pattern }).reduce(
    (bytes, [name, value]) => bytes + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    Buffer.byteLength(message.body),
  );
}

/** Why SQS would refuse the message for good; undefined when it would not. */
export function refusalOf(message: OutgoingMessage): AppError | undefined {
  if (sizeOf(message) > MOST_MESSAGE_BYTES) {
    return new AppError('invalid', 'queues.message-too-large', 'The message is larger than a queue can carry.', { details: { queueName: message.queueName } });
  }
  const problems = problemsOf(message);
  if (problems.length === 0) return undefined;
  return new AppError('invalid', 'queues.invalid-message', 'The message cannot be put into a queue.', { problems, details: { queueName: message.queueName } });
}

function problemsOf({ queueName, body, pattern, attributes = {}, groupId, deduplicationId, delayMs }: OutgoingMessage): Problem[] {
  const ordered = isFifo(queueName);
  const names = Object.keys(attributes);
  const rules: [isWrong: boolean, path: string, message: string][] = [
    [body === '', 'body', 'must not be empty'],
    [!isSendable(body), 'body', 'must hold no control or unpaired characters'],
    [pattern === '' || !isSendable(pattern), 'pattern', 'must be text'],
    [names.length > MOST_ATTRIBUTES, 'attributes', `must be at most ${MOST_ATTRIBUTES}`],
    ...names.map((name): [boolean, string, string] => {
      const value = attributes[name] ?? '';
      return [!ATTRIBUTE_NAME.test(name) || name === 'Pattern' || value === '' || !isSendable(value), `attributes.${name}`, 'must be text under a name that is free'];
    }),
    [groupId !== undefined && !ID.test(groupId), 'groupId', 'must be 1 to 128 letters, digits or punctuation'],
    [ordered && groupId === undefined, 'groupId', 'must be there on a FIFO queue'],
    [deduplicationId !== undefined && !ID.test(deduplicationId), 'deduplicationId', 'must be 1 to 128 letters, digits or punctuation'],
    [ordered && deduplicationId === undefined, 'deduplicationId', 'must be there on a FIFO queue'],
    [!ordered && deduplicationId !== undefined, 'deduplicationId', 'is for FIFO queues only'],
    [delayMs !== undefined && !(delayMs >= 0 && delayMs <= MOST_DELAY_MS), 'delayMs', `must be 0 to ${MOST_DELAY_MS}`],
    [ordered && delayMs !== undefined && delayMs > 0, 'delayMs', 'is for standard queues only'],
  ];
  return rules.filter(([isWrong]) => isWrong).map(([, path, message]) => ({ path, message }));
}

function isSendable(text: string): boolean {
  return text.isWellFormed() && !UNSENDABLE.test(text);
}
