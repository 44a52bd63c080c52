import { crc32 } from 'node:zlib';

/** One frame of `application/vnd.amazon.eventstream` with text headers. */
export function encodeFrame(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const encodedHeaders = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(Buffer.byteLength(value));
      return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
    }),
  );
  const frame = Buffer.alloc(16 + encodedHeaders.length + payload.length);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(encodedHeaders.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  encodedHeaders.copy(frame, 12);
  payload.copy(frame, 12 + encodedHeaders.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

/** An event as Bedrock sends it. */
export function eventFrame(name: string, event: unknown): Buffer {
  return encodeFrame(
    { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
    Buffer.from(JSON.stringify(event)),
  );
}

/** A modelled exception inside a stream; in a stream names begin with a small letter. */
export function exceptionFrame(name: string, message = 'text of Bedrock'): Buffer {
  return encodeFrame(
    { ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' },
    Buffer.from(JSON.stringify({ message })),
  );
}

/** The frames of a ConverseStream that says `pieces` and ends well, padded as Bedrock pads. */
export function converseFrames(pieces: readonly string[], { stopReason = 'end_turn', inputTokens = 10, outputTokens = pieces.length } = {}): Buffer[] {
  return [
    eventFrame('messageStart', { role: 'assistant', p: 'abcd' }),
    ...pieces.map((text, index) => eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text }, p: 'abcdefghijklmnop'.slice(index % 16) })),
    eventFrame('contentBlockStop', { contentBlockIndex: 0, p: 'ab' }),
    eventFrame('messageStop', { stopReason, p: 'a' }),
    eventFrame('metadata', { usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }, metrics: { latencyMs: 5 }, p: 'abc' }),
  ];
}

/** One Anthropic event as InvokeModelWithResponseStream carries it. */
export function chunkFrame(event: unknown): Buffer {
  return eventFrame('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abcdef' });
}

/** The frames of an InvokeModelWithResponseStream that says `pieces` and ends well. */
export function anthropicFrames(pieces: readonly string[], { stopReason = 'end_turn', inputTokens = 10, outputTokens = pieces.length } = {}): Buffer[] {
  return [
    chunkFrame({ type: 'message_start', message: { role: 'assistant', content: [], usage: { input_tokens: inputTokens, output_tokens: 1 } } }),
    chunkFrame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...pieces.map((text) => chunkFrame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    chunkFrame({ type: 'content_block_stop', index: 0 }),
    chunkFrame({ type: 'message_delta', delta: { stop_reason: stopReason }, usage: { output_tokens: outputTokens } }),
    chunkFrame({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': { inputTokenCount: inputTokens, outputTokenCount: outputTokens, invocationLatency: 9, firstByteLatency: 3 },
    }),
  ];
}
