import type { BlockDelta, MessagesEvent, Usage } from '../messages/messages-event.ts';
import { converseToolUseId, converseUsage, extraMembers, responseFields } from './converse-reply.ts';
import { headersOfEvent, type FrameBuffer } from './event-stream.ts';
import { withPadding } from './padding.ts';
import type { ReplyExtras } from './reply-extras.ts';
import { StreamFramer, type StreamTimes } from './stream-framer.ts';

const HEADERS = {
  messageStart: headersOfEvent('messageStart'),
  contentBlockStart: headersOfEvent('contentBlockStart'),
  contentBlockDelta: headersOfEvent('contentBlockDelta'),
  contentBlockStop: headersOfEvent('contentBlockStop'),
  messageStop: headersOfEvent('messageStop'),
  metadata: headersOfEvent('metadata'),
};

/** ConverseStream: text blocks have no start event, and usage comes last, after messageStop. */
export class ConverseFramer extends StreamFramer {
  readonly headers = {};
  private readonly times: StreamTimes;
  private readonly extras: ReplyExtras;
  private usage: Usage = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
  private stopReason = 'end_turn';
  private ending: Record<string, unknown> = {};

  constructor(times: StreamTimes, extras: ReplyExtras = {}) {
    super();
    this.extras = extras;
    this.times = times;
  }

  frame(event: MessagesEvent, into: FrameBuffer): void {
    switch (event.type) {
      case 'message_start':
        this.usage = { ...event.message.usage };
        return into.append(HEADERS.messageStart, withPadding('{"role":"assistant"}'));
      case 'content_block_start': {
        if (event.content_block.type !== 'tool_use') return;
        const start = { toolUse: { toolUseId: converseToolUseId(event.content_block.id), name: event.content_block.name } };
        return into.append(HEADERS.contentBlockStart, withPadding(JSON.stringify({ contentBlockIndex: event.index, start })));
      }
      case 'content_block_delta':
        return into.append(HEADERS.contentBlockDelta, withPadding(`{"contentBlockIndex":${event.index},"delta":${deltaJson(event.delta)}}`));
      case 'content_block_stop':
        return into.append(HEADERS.contentBlockStop, withPadding(`{"contentBlockIndex":${event.index}}`));
      case 'message_delta':
        this.stopReason = event.delta.stop_reason;
        this.ending = { stop_sequence: event.delta.stop_sequence, delta: event.delta };
        this.usage.output_tokens = event.usage.output_tokens;
        return;
      case 'message_stop': {
        into.append(HEADERS.messageStop, withPadding(JSON.stringify({ stopReason: this.stopReason, ...responseFields(this.extras, this.ending) })));
        const metrics = { latencyMs: Math.round(performance.now() - this.times.startedAt) };
        return into.append(HEADERS.metadata, withPadding(JSON.stringify({ usage: converseUsage(this.usage), metrics, ...extraMembers(this.extras) })));
      }
    }
  }
}

function deltaJson(delta: BlockDelta): string {
  switch (delta.type) {
    case 'text_delta':
      return `{"text":${JSON.stringify(delta.text)}}`;
    case 'input_json_delta':
      return `{"toolUse":{"input":${JSON.stringify(delta.partial_json)}}}`;
    case 'thinking_delta':
      return `{"reasoningContent":{"text":${JSON.stringify(delta.thinking)}}}`;
    case 'signature_delta':
      return `{"reasoningContent":{"signature":${JSON.stringify(delta.signature)}}}`;
  }
}
