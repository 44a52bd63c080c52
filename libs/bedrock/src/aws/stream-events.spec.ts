import { describe, expect, it } from '@jest/globals';
import type { ModelEvent } from '../model-event.ts';
import { anthropicFrames, chunkFrame, converseFrames, eventFrame } from '../testing/index.ts';
import { AnthropicEvents } from './anthropic-events.ts';
import { ConverseEvents } from './converse-events.ts';
import type { EventMapper } from './event-mapper.ts';
import { FrameDecoder } from './frame-decoder.ts';

function read(mapper: EventMapper, frames: readonly Buffer[]): ModelEvent[] {
  const events: ModelEvent[] = [];
  new FrameDecoder().push(Buffer.concat(frames), ({ name }, buffer, start, end) => mapper.accept(name, buffer, start, end, events));
  return events;
}

const text = (events: readonly ModelEvent[]) => events.map((event) => (event.type === 'text-delta' ? event.text : `<${event.type}>`));

/** Pieces that a byte scanner could trip over. */
const PIECES = [
  'plain',
  '鬼滅の刃',
  'he said "no"',
  'back\\slash',
  'ends with \\',
  '"',
  '\\"',
  '改行\nと\tタブ',
  '\u0001 control',
  '𠮷野家 😀',
  '"}},"p":"',
  '{"delta":{"text":"x"}}',
  ' ',
];

/** The same conversation in the words of each operation. */
const DIALECTS = [
  {
    name: 'ConverseStream',
    mapper: () => new ConverseEvents(),
    frames: converseFrames,
    tool: (pieces: readonly string[], stopReason: string) => [
      eventFrame('messageStart', { role: 'assistant' }),
      eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Let me look.' } }),
      eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
      eventFrame('contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'tool-1', name: 'search' } } }),
      ...pieces.map((input) => eventFrame('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input } } })),
      eventFrame('contentBlockStop', { contentBlockIndex: 1 }),
      eventFrame('messageStop', { stopReason }),
      eventFrame('metadata', { usage: { inputTokens: 5, outputTokens: 6, totalTokens: 11 } }),
    ],
    unknown: [eventFrame('somethingNew', { a: 1 }), eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { citation: { title: 'hm' } } })],
    thoughts: [
      ...[{ text: 'One ' }, { text: 'Piece?' }, { signature: 'c2ln' }].map((reasoningContent) => eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent } })),
      eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
      eventFrame('contentBlockDelta', { contentBlockIndex: 1, delta: { reasoningContent: { redactedContent: 'AAEC' } } }),
      eventFrame('contentBlockStop', { contentBlockIndex: 1 }),
    ],
    reordered: (piece: string) => eventFrame('contentBlockDelta', { p: 'ab', delta: { text: piece }, contentBlockIndex: 0 }),
  },
  {
    name: 'InvokeModelWithResponseStream',
    mapper: () => new AnthropicEvents(),
    frames: anthropicFrames,
    tool: (pieces: readonly string[], stopReason: string) => [
      chunkFrame({ type: 'message_start', message: { usage: { input_tokens: 5, output_tokens: 1 } } }),
      chunkFrame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Let me look.' } }),
      chunkFrame({ type: 'content_block_stop', index: 0 }),
      chunkFrame({ type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'tool-1', name: 'search', input: {} } }),
      ...pieces.map((piece) => chunkFrame({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: piece } })),
      chunkFrame({ type: 'content_block_stop', index: 1 }),
      chunkFrame({ type: 'message_delta', delta: { stop_reason: stopReason }, usage: { output_tokens: 6 } }),
      chunkFrame({ type: 'message_stop' }),
    ],
    unknown: [chunkFrame({ type: 'ping' }), chunkFrame({ type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: 'hm' } })],
    thoughts: [
      chunkFrame({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
      ...['One ', 'Piece?'].map((thinking) => chunkFrame({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking } })),
      chunkFrame({ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } }),
      chunkFrame({ type: 'content_block_stop', index: 0 }),
      chunkFrame({ type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'AAEC' } }),
      chunkFrame({ type: 'content_block_stop', index: 1 }),
    ],
    reordered: (piece: string) => eventFrame('chunk', { p: 'ab', bytes: Buffer.from(JSON.stringify({ delta: { text: piece, type: 'text_delta' }, index: 0, type: 'content_block_delta' })).toString('base64') }),
  },
];

describe.each(DIALECTS)('the events of $name', ({ mapper, frames, tool, unknown, thoughts, reordered }) => {
  it('carry the text as it was, whatever is in it', () => {
    const stream = mapper();

    expect(text(read(stream, frames(PIECES)))).toEqual(PIECES);
    expect(stream.end).toEqual({
      stopReason: 'end_turn',
      usage: { inputTokens: 10, outputTokens: PIECES.length, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    });
  });

  it('are read the same when their members come in another order', () => {
    expect(text(read(mapper(), PIECES.map(reordered)))).toEqual(PIECES);
  });

  it('have no end before the terminal event', () => {
    const stream = mapper();

    read(stream, frames(['a', 'b']).slice(0, -1));

    expect(stream.end).toBeUndefined();
  });

  it('say when content begins', () => {
    const stream = mapper();
    const [start, ...rest] = frames(['a']);

    read(stream, [start ?? Buffer.alloc(0)]);
    expect(stream.hasContent).toBe(false);
    read(stream, rest);

    expect(stream.hasContent).toBe(true);
  });

  it('leave out empty texts and what a shopper does not read', () => {
    expect(read(mapper(), [...unknown, ...frames(['', 'a', ''])])).toEqual([{ type: 'text-delta', text: 'a' }]);
  });

  it('tell thoughts as they come, then give them whole as they have to be sent back', () => {
    const stream = mapper();

    expect(read(stream, thoughts)).toEqual([
      { type: 'reasoning-delta', text: 'One ' },
      { type: 'reasoning-delta', text: 'Piece?' },
      { type: 'reasoning', block: { type: 'reasoning', text: 'One Piece?', signature: 'c2ln' } },
      { type: 'reasoning', block: { type: 'reasoning', redacted: 'AAEC' } },
    ]);
    expect(stream.hasContent).toBe(true);
  });

  it('give a tool call whole, when its pieces have been put together', () => {
    const stream = mapper();

    const events = read(stream, tool(['', '{"que', 'ry":"ワン', 'ピース"}'], 'tool_use'));

    expect(events.at(-1)).toEqual({ type: 'tool-use', toolUseId: 'tool-1', name: 'search', input: { query: 'ワンピース' } });
    expect(stream.end?.stopReason).toBe('tool_use');
    expect(stream.heldText).toBe('');
  });

  it('read a tool call without any input as one without arguments', () => {
    expect(read(mapper(), tool([''], 'tool_use')).at(-1)).toMatchObject({ type: 'tool-use', input: {} });
    expect(read(mapper(), tool([], 'tool_use')).at(-1)).toMatchObject({ type: 'tool-use', input: {} });
  });

  it.each(['{"query":', '[1]', '"text"', 'null'])('refuse %s as the input of a tool', (input) => {
    expect(() => read(mapper(), tool([input], 'tool_use'))).toThrow(
      expect.objectContaining({ kind: 'unavailable', code: 'bedrock.malformed-tool-use' }),
    );
  });

  it('drop a tool call that the token limit cut', () => {
    const stream = mapper();

    expect(text(read(stream, tool(['{"query":'], 'max_tokens')))).toEqual(['Let me look.']);
    expect(stream.end?.stopReason).toBe('max_tokens');
  });

  it('hold the input that no event carries yet', () => {
    const stream = mapper();

    read(stream, tool(['{"query":"abc'], 'tool_use').slice(0, 5));

    expect(stream.heldText).toBe('{"query":"abc');
  });
});

describe('the usage of a stream', () => {
  it('counts cached tokens apart', () => {
    const converse = new ConverseEvents();
    read(converse, [
      eventFrame('messageStop', { stopReason: 'end_turn' }),
      eventFrame('metadata', { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 10, cacheReadInputTokens: 3, cacheWriteInputTokens: 4 } }),
    ]);
    const anthropic = new AnthropicEvents();
    read(anthropic, [
      chunkFrame({ type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 3, cache_creation_input_tokens: 4 } } }),
      chunkFrame({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }),
      chunkFrame({ type: 'message_stop' }),
    ]);

    const usage = { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 3, cacheWriteInputTokens: 4 };
    expect(converse.end?.usage).toEqual(usage);
    expect(anthropic.end?.usage).toEqual(usage);
  });

  it("is Bedrock's own count where the model's differs", () => {
    const stream = new AnthropicEvents();

    read(stream, [
      chunkFrame({ type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1 } } }),
      chunkFrame({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }),
      chunkFrame({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 8 } }),
    ]);

    expect(stream.end?.usage).toMatchObject({ inputTokens: 7, outputTokens: 8 });
  });
});

describe('a guardrail that steps in', () => {
  it('is the reason why a stream of InvokeModel ended, whatever the model says', () => {
    const stream = new AnthropicEvents();
    const [start, ...rest] = anthropicFrames(['No.']);

    read(stream, [start ?? Buffer.alloc(0), chunkFrame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '' }, 'amazon-bedrock-guardrailAction': 'INTERVENED' }), ...rest]);

    expect(stream.end?.stopReason).toBe('guardrail_intervened');
  });
});
