import { crc32 } from 'node:zlib';

/** One frame of `application/vnd.amazon.eventstream`, as the SDK's codec writes it. */
function frame(eventType: string, payload: string): Buffer {
  const headers = Buffer.concat(
    [[':event-type', eventType], [':content-type', 'application/json'], [':message-type', 'event']].map(([name = '', value = '']) =>
      Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7, 0, value.length]), Buffer.from(value)]),
    ),
  );
  const body = Buffer.from(payload);
  const bytes = Buffer.alloc(16 + headers.length + body.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  headers.copy(bytes, 12);
  body.copy(bytes, 12 + headers.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const WORDS = [' Luffy', ' sails', ' on', '、海賊王に', ' towards', ' the', ' next', ' island', '。'];

/** A text delta with the padding that Bedrock adds to every event. */
export function textFrame(index: number, text = WORDS[index % WORDS.length] ?? ''): Buffer {
  return frame('contentBlockDelta', JSON.stringify({ contentBlockIndex: 0, delta: { text }, p: PADDING.slice(0, (index * 7) % PADDING.length) }));
}

export function openingFrame(): Buffer {
  return frame('messageStart', '{"role":"assistant","p":"abcd"}');
}

export function closingFrames(tokens: number): Buffer {
  return Buffer.concat([
    frame('contentBlockStop', '{"contentBlockIndex":0,"p":"ab"}'),
    frame('messageStop', '{"stopReason":"end_turn","p":"abc"}'),
    frame('metadata', JSON.stringify({ usage: { inputTokens: 40, outputTokens: tokens, totalTokens: 40 + tokens }, metrics: { latencyMs: 9 }, p: 'abcdef' })),
  ]);
}

/** InvokeModel's body: a Claude message of `tokens` tokens. */
export function wholeAnswer(tokens: number): Buffer {
  const text = Array.from({ length: tokens }, (_, index) => WORDS[index % WORDS.length]).join('');
  return Buffer.from(
    JSON.stringify({
      id: 'msg_bdrk_1',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 40, output_tokens: tokens },
    }),
  );
}
