import { AppError } from '@manga-assist/foundation';
import type { TopicMessage } from './topic-publisher.ts';

/** SNS's limit for a message with its attributes. */
const MOST_BYTES = 262_144;

/** Why SNS would refuse the message for good; undefined when it would not. */
export function refusalOfTopicMessage({ body, attributes }: TopicMessage): AppError | undefined {
  const entries = Object.entries(attributes);
  const bytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value), Buffer.byteLength(body));
  if (bytes > MOST_BYTES) return new AppError('invalid', 'queues.message-too-large', 'The message is larger than a topic can carry.');
  const empty = entries.filter(([, value]) => value === '').map(([name]) => ({ path: `attributes.${name}`, message: 'must not be empty' }));
  const problems = body === '' ? [{ path: 'body', message: 'must not be empty' }, ...empty] : empty;
  return problems.length === 0 ? undefined : new AppError('invalid', 'queues.invalid-message', 'The message cannot be published.', { problems });
}
