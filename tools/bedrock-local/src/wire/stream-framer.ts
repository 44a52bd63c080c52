import type { MessagesEvent } from '../messages/messages-event.ts';
import type { FrameBuffer } from './event-stream.ts';

/** Timings the last frame of a stream reports. */
export interface StreamTimes {
  startedAt: number;
  firstEventAt?: number;
}

/** Turns Messages events into the frames of one streaming operation. */
export abstract class StreamFramer {
  abstract readonly headers: Readonly<Record<string, string>>;
  abstract frame(event: MessagesEvent, into: FrameBuffer): void;
}
