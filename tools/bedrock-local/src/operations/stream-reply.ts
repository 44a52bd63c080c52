import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../faults/fault.ts';
import { streamExceptionPayload } from '../faults/raise-http-fault.ts';
import type { MessagesEvent, MessagesStream } from '../messages/messages-event.ts';
import type { Exchange } from '../server/exchange.ts';
import { encodeFrame, FrameBuffer, headersOfException } from '../wire/event-stream.ts';
import type { StreamFramer } from '../wire/stream-framer.ts';
import type { CallTracker } from './call-tracker.ts';

/** Sends one stream as frames, batch by batch, with at most one fault on the way. */
export class StreamReply {
  private readonly exchange: Exchange;
  private readonly tracker: CallTracker;
  private readonly framer: StreamFramer;
  private readonly fault: Fault | undefined;
  private readonly frames = new FrameBuffer();
  private tokens = 0;
  private isBroken = false;
  private faultHasHappened = false;

  constructor(exchange: Exchange, tracker: CallTracker, framer: StreamFramer, fault: Fault | undefined) {
    this.exchange = exchange;
    this.tracker = tracker;
    this.framer = framer;
    this.fault = fault;
  }

  async send(stream: MessagesStream): Promise<void> {
    if (this.fault?.kind === 'first-frame') return this.sendException(this.fault);
    for await (const batch of stream) {
      this.openOnce();
      for (const event of batch) {
        if (this.isDue(event)) await this.happen(event);
        if (this.isBroken) return;
        this.count(event);
        this.framer.frame(event, this.frames);
      }
      await this.exchange.write(this.frames.take());
      if (this.exchange.signal.aborted) return;
    }
    await this.exchange.end();
  }

  /** A backend that fails after the first event fails as a model's stream fails. */
  async fail(message: string): Promise<void> {
    this.frames.append(headersOfException('modelStreamErrorException'), JSON.stringify({ message, originalStatusCode: 500, originalMessage: message }));
    await this.exchange.flush(this.frames.take());
    await this.exchange.end();
  }

  private openOnce(): void {
    if (this.exchange.hasAnswered) return;
    this.tracker.firstEventAt = performance.now();
    this.exchange.open(200, {
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amzn-requestid': this.tracker.requestId,
      ...this.framer.headers,
    });
  }

  private count(event: MessagesEvent): void {
    if (event.type === 'content_block_delta') this.tracker.outputTokens = ++this.tokens;
    else if (event.type === 'message_start') this.tracker.started(event.message.usage);
    else if (event.type === 'message_delta') this.tracker.outputTokens = event.usage.output_tokens;
  }

  /** After as many tokens as asked for, or at the end of a shorter answer. */
  private isDue(event: MessagesEvent): boolean {
    if (!this.fault || this.faultHasHappened) return false;
    return (event.type === 'content_block_delta' && this.tokens >= this.fault.after) || event.type === 'message_delta';
  }

  private async happen(next: MessagesEvent): Promise<void> {
    const { fault } = this;
    if (!fault) return;
    this.faultHasHappened = true;
    await this.exchange.flush(this.frames.take());
    switch (fault.kind) {
      case 'midstream':
        return this.sendException(fault);
      case 'stall':
        await wait(fault.ms ?? 2 ** 31 - 1, undefined, { signal: this.exchange.signal });
        return;
      case 'cut':
        this.tracker.outcome = 'cut';
        this.isBroken = true;
        return this.exchange.cut();
      case 'truncate': {
        this.framer.frame(next, this.frames);
        const frame = this.frames.take();
        this.tracker.outcome = 'truncated';
        this.isBroken = true;
        await this.exchange.flush(frame.subarray(0, Math.ceil(frame.length / 2)));
        return this.exchange.end();
      }
    }
  }

  private async sendException(fault: Fault): Promise<void> {
    this.openOnce();
    this.isBroken = true;
    this.tracker.outcome = fault.name;
    await this.exchange.flush(encodeFrame(headersOfException(fault.name), streamExceptionPayload(fault.name, fault.message)));
    await this.exchange.end();
  }
}
