import { describe, expect, it } from '@jest/globals';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import fc from 'fast-check';
import type { ModelEvent } from '../model-event.ts';
import { anthropicFrames, converseFrames, encodeFrame, eventFrame, exceptionFrame } from '../testing/index.ts';
import { AnthropicEvents } from './anthropic-events.ts';
import { ConverseEvents } from './converse-events.ts';
import type { EventMapper } from './event-mapper.ts';
import { FrameDecoder, FrameError } from './frame-decoder.ts';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** Text as models write it and as they do not: quotes, escapes, line ends, characters of two units. */
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('"', '\\', '\n', '\u2028', '漫画', '🏴‍☠️', '𠮷', '{"text":"', '\\u0041', ''));
const pieces = fc.array(text, { maxLength: 20 });
const cuts = fc.array(fc.nat(), { maxLength: 40 });

function toolFrames(asciiJson: string, parts: readonly number[]): Buffer[] {
  return [
    eventFrame('messageStart', { role: 'assistant' }),
    eventFrame('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't1', name: 'search' } } }),
    ...split(Buffer.from(asciiJson), parts).map((part) => eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: part.toString() } } })),
    eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
    eventFrame('messageStop', { stopReason: 'tool_use' }),
    eventFrame('metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } }),
  ];
}

function split(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [...places, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : (places[index - 1] ?? 0), end));
}

interface Read {
  events: ModelEvent[];
  hasEnd: boolean;
}

function read(chunks: readonly Buffer[], mapper: EventMapper): Read {
  const decoder = new FrameDecoder();
  const events: ModelEvent[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk, (headers, buffer, start, end) => {
      if (headers.kind === 'exception') throw new Error(headers.name);
      mapper.accept(headers.name, buffer, start, end, events);
    });
  }
  decoder.end();
  return { events, hasEnd: mapper.end !== undefined };
}

describe.each([
  ['ConverseStream', converseFrames, () => new ConverseEvents()],
  ['InvokeModelWithResponseStream', anthropicFrames, () => new AnthropicEvents()],
] as const)('the reader of %s, for any answer', (_, framesOf, newMapper) => {
  it('gives the words of the model, however the network cuts the bytes', () => {
    fc.assert(
      fc.property(pieces, cuts, (said, at) => {
        const bytes = Buffer.concat(framesOf(said));

        const whole = read([bytes], newMapper());

        expect(whole.hasEnd).toBe(true);
        expect(whole.events.map((event) => (event.type === 'text-delta' ? event.text : event.type)).join('')).toBe(said.join(''));
        expect(read(split(bytes, at), newMapper())).toEqual(whole);
      }),
    );
  });

  it('never takes a shortened answer for a whole one', () => {
    fc.assert(
      fc.property(pieces, cuts, fc.nat(), (said, at, length) => {
        const bytes = Buffer.concat(framesOf(said));
        const shortened = bytes.subarray(0, length % bytes.length);

        let hasEnd = false;
        try {
          ({ hasEnd } = read(split(shortened, at), newMapper()));
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }

        expect(hasEnd).toBe(false);
      }),
    );
  });

  it('notices any damaged byte before it gives out an end', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), fc.integer({ min: 1, max: 255 }), (said, at, change) => {
        const bytes = Buffer.concat(framesOf(said));
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change;

        expect(() => read([bytes], newMapper())).toThrow(FrameError);
      }),
    );
  });
});

describe('a tool input, for any JSON', () => {
  it('is whole and equal, however the model and the network cut it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), cuts, cuts, (input, parts, at) => {
        // Bedrock escapes what is not ASCII inside the pieces of an input.
        const json = JSON.stringify(input).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

        const { events } = read(split(Buffer.concat(toolFrames(json, parts)), at), new ConverseEvents());

        expect(events).toEqual([{ type: 'tool-use', toolUseId: 't1', name: 'search', input: JSON.parse(json) }]);
      }),
    );
  });
});

describe('frames, beside the codec of the SDK', () => {
  const headerName = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz:-'), minLength: 1, maxLength: 20 });
  const headers = fc.dictionary(headerName, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { maxKeys: 5, noNullPrototype: true });

  it('are the same bytes', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 300 }), (texts, payload) => {
        const bySdk = codec.encode({
          headers: Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { type: 'string' as const, value }])),
          body: payload,
        });

        expect(encodeFrame(texts, Buffer.from(payload)).equals(bySdk)).toBe(true);
      }),
    );
  });

  it('are read as the codec reads them', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), fc.json({ maxDepth: 2 }), fc.boolean(), cuts, (name, payload, isException, at) => {
        const frame = isException ? exceptionFrame(name, payload) : eventFrame(name, payload);
        const seen: [string, string, string][] = [];

        const decoder = new FrameDecoder();
        for (const chunk of split(frame, at)) decoder.push(chunk, (head, buffer, start, end) => seen.push([head.kind, head.name, buffer.toString('utf8', start, end)]));

        const { headers: bySdk, body } = codec.decode(frame);
        const kind = String(bySdk[':message-type']?.value);
        expect(seen).toEqual([[kind, bySdk[`:${kind}-type`]?.value, toUtf8(body)]]);
      }),
    );
  });
});
