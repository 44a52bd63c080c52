import type { FinishedMessage } from '../messages/finished-message.ts';
import type { MessagesEvent, Usage } from '../messages/messages-event.ts';
import { converseReply, converseToolUseId, converseUsage } from './converse-reply.ts';
import { headersOfEvent, type FrameBuffer } from './event-stream.ts';
import { invokeReply } from './invoke-reply.ts';
import { withPadding } from './padding.ts';
import type { ReplyExtras } from './reply-extras.ts';
import { StreamFramer, type StreamTimes } from './stream-framer.ts';

const chunkHeaders = headersOfEvent('chunk');

/** The body of InvokeModel's reply for Amazon Nova. */
function novaReply(message: FinishedMessage, { members = {} }: ReplyExtras): Record<string, unknown> {
  const { output, stopReason, usage } = converseReply(message, 0);
  return { output, stopReason, usage, ...members };
}

/** InvokeModel's reply in the model's own form. */
export function invokeBody(message: FinishedMessage, isNova: boolean, extras: ReplyExtras = {}): Record<string, unknown> {
  return isNova ? novaReply(message, extras) : invokeReply(message, extras);
}

/** InvokeModelWithResponseStream for Amazon Nova: Converse's events, each under its own name in a chunk. */
export class NovaFramer extends StreamFramer {
  readonly headers = { 'x-amzn-bedrock-content-type': 'application/json' };
  private readonly times: StreamTimes;
  private readonly extras: ReplyExtras;
  private usage: Usage | undefined;
  private stopReason = 'end_turn';

  constructor(times: StreamTimes, extras: ReplyExtras) {
    super();
    this.times = times;
    this.extras = extras;
  }

  frame(event: MessagesEvent, into: FrameBuffer): void {
    for (const chunk of this.chunks(event)) into.append(chunkHeaders, withPadding(`{"bytes":"${Buffer.from(JSON.stringify(chunk)).toString('base64')}"}`));
  }

  private chunks(event: MessagesEvent): unknown[] {
    switch (event.type) {
      case 'message_start':
        this.usage = { ...event.message.usage };
        return [{ messageStart: { role: 'assistant' } }];
      case 'content_block_start':
        if (event.content_block.type !== 'tool_use') return [];
        return [{ contentBlockStart: { contentBlockIndex: event.index, start: { toolUse: { toolUseId: converseToolUseId(event.content_block.id), name: event.content_block.name } } } }];
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') return [{ contentBlockDelta: { delta: { text: event.delta.text }, contentBlockIndex: event.index } }];
        return event.delta.type === 'input_json_delta' ? [{ contentBlockDelta: { delta: { toolUse: { input: event.delta.partial_json } }, contentBlockIndex: event.index } }] : [];
      case 'content_block_stop':
        return [{ contentBlockStop: { contentBlockIndex: event.index } }];
      case 'message_delta':
        this.stopReason = event.delta.stop_reason;
        if (this.usage) this.usage.output_tokens = event.usage.output_tokens;
        return [];
      case 'message_stop':
        return [{ messageStop: { stopReason: this.stopReason } }, this.ending()];
    }
  }

  private ending(): unknown {
    const latency = Math.round(performance.now() - this.times.startedAt);
    const usage = this.usage ? converseUsage(this.usage) : {};
    const metrics = { inputTokenCount: this.usage?.input_tokens ?? 0, outputTokenCount: this.usage?.output_tokens ?? 0, invocationLatency: latency, firstByteLatency: Math.round((this.times.firstEventAt ?? performance.now()) - this.times.startedAt) };
    return { metadata: { usage, metrics: {}, trace: {} }, ...this.extras.members, 'amazon-bedrock-invocationMetrics': metrics };
  }
}
