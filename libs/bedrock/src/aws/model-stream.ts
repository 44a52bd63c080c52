import { AppError } from '@manga-assist/foundation';
import type { ModelEvent } from '../model-event.ts';
import type { Attempt } from './attempt.ts';
import { toModelError } from './bedrock-errors.ts';
import type { EventMapper } from './event-mapper.ts';
import type { FrameReader } from './frame-decoder.ts';
import type { FrameSource } from './frame-source.ts';

/** One streamed answer: the frames of one response on one side, batches of model events on the other. */
export class ModelStream {
  readonly #attempt: Attempt;
  readonly #mapper: EventMapper;
  readonly #frames: FrameSource;
  readonly #stallTimeoutMs: number;
  readonly #onAbort = () => this.#frames.destroy();
  #events: ModelEvent[] = [];
  #hasStarted = false;
  #generatedText = '';
  #failure: { error: unknown } | undefined;

  constructor(attempt: Attempt, frames: FrameSource, mapper: EventMapper, stallTimeoutMs: number) {
    this.#attempt = attempt;
    this.#mapper = mapper;
    this.#frames = frames;
    this.#stallTimeoutMs = stallTimeoutMs;
    if (attempt.signal.aborted) this.#frames.destroy();
    else attempt.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The next events, never an empty batch; undefined after `message-end`. Throws AppError, once. */
  async read(): Promise<readonly ModelEvent[] | undefined> {
    if (this.#attempt.isOver) return undefined;
    try {
      // What came before the failure in the same network read was given out first.
      if (this.#failure) throw this.#failure.error;
      for (;;) {
        const events = this.#eventsOf(await this.#moreArrives());
        // From here until the next read it is our reader who takes the time.
        if (this.#mapper.hasContent) this.#attempt.watchdog.rest();
        if (events.length > 0) return events;
      }
    } catch (error) {
      const failure = toModelError(error, { signal: this.#attempt.signal, inStream: true });
      this.#stop(failure);
      throw failure;
    }
  }

  /** The reader leaves. Before the end that is a cancellation; after it, nothing. */
  close(): void {
    if (!this.#attempt.isOver) this.#stop(new AppError('cancelled', 'bedrock.cancelled', 'The request was cancelled.'));
  }

  #moreArrives(): Promise<boolean> {
    // Until content comes the clock of the first token runs on from the sending of the request.
    if (this.#mapper.hasContent) {
      this.#attempt.limitWaits(this.#stallTimeoutMs, stalled);
      this.#attempt.watchdog.watch();
    }
    return this.#frames.arrives();
  }

  #eventsOf(hasArrived: boolean): readonly ModelEvent[] {
    this.#events = [];
    try {
      if (hasArrived) this.#frames.give(this.#acceptFrame);
      else this.#frames.end();
      if (this.#mapper.end) this.#complete();
      else if (!hasArrived) throw cut();
    } catch (error) {
      if (this.#events.length === 0) throw error;
      this.#failure = { error };
    }
    return this.#started(this.#events);
  }

  readonly #acceptFrame: FrameReader = (headers, buffer, start, end) => {
    if (headers.kind === 'event') return this.#mapper.accept(headers.name, buffer, start, end, this.#events);
    throw Object.assign(new Error('Bedrock reported an error in the stream'), { name: headers.name });
  };

  #complete(): void {
    const { end } = this.#mapper;
    if (!end) return;
    if (end.stopReason === 'end_turn' && !this.#hasStarted && this.#events.length === 0) throw emptyAnswer();
    this.#leaveSignal();
    this.#frames.drain();
    this.#events.push({ type: 'message-end', ...end, ...this.#attempt.complete(end.usage) });
  }

  /** Puts `message-start` before the first thing a caller can see: until then the model may still change. */
  #started(events: ModelEvent[]): readonly ModelEvent[] {
    if (events.length === 0) return events;
    for (const event of events) {
      if (event.type === 'text-delta' || event.type === 'reasoning-delta') this.#generatedText += event.text;
      else if (event.type === 'tool-use') this.#generatedText += JSON.stringify(event.input);
    }
    if (this.#hasStarted) return events;
    this.#hasStarted = true;
    const { served, degraded } = this.#attempt.plan.rung;
    return [{ type: 'message-start', model: served.alias, modelId: served.modelId, degraded }, ...events];
  }

  #stop(error: AppError): void {
    this.#leaveSignal();
    this.#frames.destroy();
    this.#attempt.fail(error, this.#generatedText + this.#mapper.heldText);
  }

  #leaveSignal(): void {
    this.#attempt.signal.removeEventListener('abort', this.#onAbort);
  }
}

function cut(): AppError {
  return new AppError('unavailable', 'bedrock.stream-cut', 'The answer broke off. Please try again.');
}

function stalled(): AppError {
  return new AppError('timed-out', 'bedrock.stalled', 'The answer stopped coming. Please try again.');
}

export function emptyAnswer(): AppError {
  return new AppError('unavailable', 'bedrock.empty-answer', 'The model gave an empty answer. Please try again.');
}
