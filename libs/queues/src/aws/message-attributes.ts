import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { textAttribute, type ReceivedMessage } from './received-message.ts';

/** When a message that has been sent anew was first sent, in milliseconds since the epoch. */
export const FIRST_SENT_AT = 'FirstSentAt';
export const DEAD_LETTER_CODE = 'DeadLetterCode';
export const DEAD_LETTER_REASON = 'DeadLetterReason';
export const SOURCE_QUEUE = 'SourceQueue';

type RawAttributes = ReceivedMessage['rawAttributes'];

/** SQS takes no more. */
const MOST_ATTRIBUTES = 10;
const MOST_REASON_LENGTH = 1_000;
const DEAD_LETTER_ATTRIBUTES: readonly string[] = [DEAD_LETTER_CODE, DEAD_LETTER_REASON, SOURCE_QUEUE];
/** What a person or a program needs to know a message by; others make room when there are too many. */
const KEPT: readonly string[] = ['Pattern', 'RequestId', 'TraceId', 'TraceParent', FIRST_SENT_AT];

/** The attributes of a message that is sent anew. With ten of its own it starts counting its age again. */
export function sentAnewAttributes(attributes: RawAttributes, firstSentAtMs: number): RawAttributes {
  if (FIRST_SENT_AT in attributes || Object.keys(attributes).length === MOST_ATTRIBUTES) return attributes;
  return { ...attributes, [FIRST_SENT_AT]: textAttribute(String(firstSentAtMs)) };
}

export function deadLetterAttributes(attributes: RawAttributes, letter: { code: string; reason: string; sourceQueue: string }): Record<string, MessageAttributeValue> {
  const own = Object.entries(attributes).filter(([name]) => !DEAD_LETTER_ATTRIBUTES.includes(name));
  const room = MOST_ATTRIBUTES - DEAD_LETTER_ATTRIBUTES.length;
  const carried = own.toSorted(([a], [b]) => Number(KEPT.includes(b)) - Number(KEPT.includes(a))).slice(0, room);
  return {
    ...Object.fromEntries(carried),
    [DEAD_LETTER_CODE]: textAttribute(sendable(letter.code)),
    [DEAD_LETTER_REASON]: textAttribute(sendable(letter.reason)),
    [SOURCE_QUEUE]: textAttribute(letter.sourceQueue),
  };
}

/** The attributes as they were before the message became a dead letter. */
export function redrivenAttributes(attributes: RawAttributes): RawAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !DEAD_LETTER_ATTRIBUTES.includes(name)));
}

/** A reason may hold anything that somebody sent; SQS does not take everything, nor nothing. */
function sendable(text: string): string {
  const cleaned = text.slice(0, MOST_REASON_LENGTH).toWellFormed().replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
  return cleaned || 'unknown';
}
