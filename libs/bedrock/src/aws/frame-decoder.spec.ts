import { describe, expect, it } from '@jest/globals';
import { converseFrames, eventFrame, exceptionFrame } from '../testing/index.ts';
import { FrameDecoder, FrameError } from './frame-decoder.ts';
import type { FrameHeaders } from './frame-headers.ts';

/** Encoded by the SDK's own EventStreamCodec (3.1164, 2026-11): a text delta of ConverseStream. */
const EVENT_BY_SDK = Buffer.from(
  '000000a100000057dd6aad180b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d747970650700106170706c' +
    '69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c746122' +
    '3a7b2274657874223a22e6bcabe794bb227d2c2270223a226162227dfe8e6dad',
  'hex',
);
/** By the same codec: an exception behind headers of every type that is not text. */
const ODD_HEADERS_BY_SDK = Buffer.from(
  '0000009800000079ad8d7a200161000162020301630300030164040000000301670600030102030168080000000000000000016909000000000000400080000000' +
    '000000010f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e0d3a6d6573736167652d747970650700096578636570' +
    '74696f6e7b226d657373616765223a2278227da0842731',
  'hex',
);

type Frame = [FrameHeaders, string];

/** Decodes the reads one after another, and their end. */
function decode(...reads: Buffer[]): Frame[] {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  for (const read of reads) decoder.push(read, (headers, buffer, start, end) => frames.push([headers, buffer.toString('utf8', start, end)]));
  decoder.end();
  return frames;
}

describe('the frame decoder', () => {
  it('reads a frame of the SDK', () => {
    expect(decode(EVENT_BY_SDK)).toEqual([
      [{ kind: 'event', name: 'contentBlockDelta' }, '{"contentBlockIndex":0,"delta":{"text":"漫画"},"p":"ab"}'],
    ]);
  });

  it('skips headers that are not text', () => {
    expect(decode(ODD_HEADERS_BY_SDK)).toEqual([[{ kind: 'exception', name: 'throttlingException' }, '{"message":"x"}']]);
  });

  it('reads all frames of one network read', () => {
    const frames = decode(Buffer.concat([eventFrame('a', { n: 1 }), eventFrame('b', { n: 2 }), exceptionFrame('c', 'why')]));

    expect(frames).toEqual([
      [{ kind: 'event', name: 'a' }, '{"n":1}'],
      [{ kind: 'event', name: 'b' }, '{"n":2}'],
      [{ kind: 'exception', name: 'c' }, '{"message":"why"}'],
    ]);
  });

  it('reads the same frames wherever the network cuts them', () => {
    const bytes = Buffer.concat([eventFrame('a', { text: 'ワンピース' }), exceptionFrame('b')]);
    const whole = decode(bytes);

    for (let at = 1; at < bytes.length; at++) {
      expect(decode(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
    }
    expect(decode(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('tells many kinds of frames apart', () => {
    const names = Array.from({ length: 40 }, (_, index) => `event${index}`);

    const frames = decode(Buffer.concat([...names, ...names].map((name) => eventFrame(name, {}))));

    expect(frames.map(([headers]) => headers.name)).toEqual([...names, ...names]);
  });

  it('notices every damaged byte', () => {
    const frame = Buffer.concat([eventFrame('contentBlockDelta', { delta: { text: 'abc' } }), eventFrame('messageStop', {})]);

    for (let at = 0; at < frame.length; at++) {
      const damaged = Buffer.from(frame);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(() => decode(damaged)).toThrow(FrameError);
    }
  });

  it('notices a stream that ends inside a frame', () => {
    const bytes = Buffer.concat(converseFrames(['a']));

    expect(() => decode(bytes.subarray(0, bytes.length - 1))).toThrow(/ended inside a frame/);
    expect(() => decode(Buffer.from([0, 0]))).toThrow(FrameError);
  });

  it('does not wait for a frame whose length is damaged or impossible', () => {
    const frame = eventFrame('a', { text: 'x'.repeat(300) });
    const longer = Buffer.from(frame);
    longer.writeUInt32BE(1_000_000, 0);
    const endless = Buffer.from(frame);
    endless.writeUInt32BE(0xff_ff_ff_ff, 0);

    for (const damaged of [longer, endless, Buffer.alloc(64)]) {
      expect(() => new FrameDecoder().push(damaged, () => undefined)).toThrow(FrameError);
    }
  });

  it('gives out the frames before a damaged one', () => {
    const decoder = new FrameDecoder();
    const names: string[] = [];
    const damaged = eventFrame('b', { n: 1 });
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;

    expect(() => decoder.push(Buffer.concat([eventFrame('a', {}), damaged]), ({ name }) => names.push(name))).toThrow(FrameError);
    expect(names).toEqual(['a']);
  });
});
