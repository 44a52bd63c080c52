import { describe, expect, it } from '@jest/globals';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { encodeFrame, FrameBuffer, headersOfEvent, headersOfException } from './event-stream.ts';
import { withPadding } from './padding.ts';

const codec = new EventStreamCodec((bytes) => Buffer.from(bytes).toString('utf8'), (text) => Buffer.from(text));

function sdkFrame(headers: Record<string, string>, payload: string): Buffer {
  const typed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]));
  return Buffer.from(codec.encode({ headers: typed, body: Buffer.from(payload) }));
}

describe('an event stream frame', () => {
  it.each(['{}', '{"text":"hello"}', '{"text":"海賊王に、俺はなる！𠮷🏴‍☠️"}', `{"text":"${'あ'.repeat(30_000)}"}`])('is byte for byte what the SDK encodes: %#', (payload) => {
    const event = { ':event-type': 'contentBlockDelta', ':content-type': 'application/json', ':message-type': 'event' };

    expect(encodeFrame(headersOfEvent('contentBlockDelta'), payload).equals(sdkFrame(event, payload))).toBe(true);
  });

  it('carries exceptions as the SDK expects them', () => {
    const payload = '{"message":"Too many requests"}';
    const exception = { ':exception-type': 'throttlingException', ':content-type': 'application/json', ':message-type': 'exception' };

    expect(encodeFrame(headersOfException('throttlingException'), payload).equals(sdkFrame(exception, payload))).toBe(true);
  });

  it('leaves a buffer that was taken alone', () => {
    const frames = new FrameBuffer();
    frames.append(headersOfEvent('chunk'), '{"a":1}');
    const first = frames.take();
    const before = Buffer.from(first);

    frames.append(headersOfEvent('chunk'), '{"b":2}');

    expect(first.equals(before)).toBe(true);
    expect(frames.size).toBe(first.length);
  });

  it('ends with padding of varying length that stays valid JSON', () => {
    const padded = Array.from({ length: 50 }, () => withPadding('{"a":1}'));

    expect(padded.every((json) => (JSON.parse(json) as { a: number }).a === 1)).toBe(true);
    expect(new Set(padded).size).toBeGreaterThan(5);
  });
});
