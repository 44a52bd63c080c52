import type { ModelEvent, ModelUsage, StopReason } from '../model-event.ts';

/** How a stream ended, in Bedrock's own words. */
export interface StreamEnd {
  stopReason: StopReason;
  usage: ModelUsage;
}

/** Turns the frames of one streaming operation into model events. One instance per stream. */
export interface EventMapper {
  /** Appends what one frame says to `events`; nothing for frames that say nothing to a caller. Throws AppError. */
  accept(name: string, buffer: Buffer, start: number, end: number, events: ModelEvent[]): void;
  /** True from the first piece of content on, also of a tool's input that is not whole yet. */
  readonly hasContent: boolean;
  /** Set by the terminal event. */
  readonly end: StreamEnd | undefined;
  /** What was generated so far that no event carries yet, for an estimate when the stream breaks. */
  readonly heldText: string;
}
