import type { MessagesEvent, Usage } from '../messages/messages-event.ts';
import { headersOfEvent, type FrameBuffer } from './event-stream.ts';
import { optionHeaders } from './call-options.ts';
import type { ReplyExtras } from './reply-extras.ts';
import { invokeStopReason } from './invoke-reply.ts';
import { withPadding } from './padding.ts';
import { StreamFramer, type StreamTimes } from './stream-framer.ts';

const chunkHeaders = headersOfEvent('chunk');

/** InvokeModelWithResponseStream: every Messages event, base64 in a `chunk` frame; the last one carries the metrics. */
export class InvokeFramer extends StreamFramer {
  readonly headers: Readonly<Record<string, string>>;
  private readonly times: StreamTimes;
  private readonly extras: ReplyExtras;
  private usage: Usage | undefined;
  private outputTokens = 0;

  constructor(times: StreamTimes, extras: ReplyExtras = {}) {
    super();
    this.extras = extras;
    this.headers = { 'x-amzn-bedrock-content-type': 'application/json', ...(extras.options ? optionHeaders(extras.options) : {}) };
    this.times = times;
  }

  frame(event: MessagesEvent, into: FrameBuffer): void {
    if (event.type === 'message_start') this.usage = event.message.usage;
    if (event.type === 'message_delta') this.outputTokens = event.usage.output_tokens;
    into.append(chunkHeaders, withPadding(`{"bytes":"${Buffer.from(JSON.stringify(this.chunk(event))).toString('base64')}"}`));
  }

  private chunk(event: MessagesEvent): unknown {
    if (event.type === 'message_stop') return { ...event, ...this.extras.members, 'amazon-bedrock-invocationMetrics': this.metrics() };
    if (event.type === 'message_delta') return { ...event, delta: { ...event.delta, stop_reason: invokeStopReason(event.delta.stop_reason) } };
    return event;
  }

  private metrics(): Record<string, number> {
    const now = performance.now();
    return {
      inputTokenCount: this.usage?.input_tokens ?? 0,
      outputTokenCount: this.outputTokens,
      invocationLatency: Math.round(now - this.times.startedAt),
      cacheReadInputTokenCount: this.usage?.cache_read_input_tokens ?? 0,
      cacheWriteInputTokenCount: this.usage?.cache_creation_input_tokens ?? 0,
      firstByteLatency: Math.round((this.times.firstEventAt ?? now) - this.times.startedAt),
    };
  }
}
