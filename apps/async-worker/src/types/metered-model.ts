import { LanguageModel, type BookedRequest, type ModelAnswer, type ModelCall, type ModelEvent, type ModelRequest } from '@manga-assist/bedrock';
import type { ModelAlias } from '@manga-assist/schemas';
import { NOTHING, plus, type Spending } from './spending.ts';

/** The language model for one attempt: adds up what every request used as it is booked, whoever answered, and also when nobody did. */
export class MeteredModel extends LanguageModel {
  readonly #model: LanguageModel;
  #answered = NOTHING;
  #lost = NOTHING;
  #answeredBy: ModelAlias | undefined;
  #isDegraded = false;

  constructor(model: LanguageModel) {
    super();
    this.#model = model;
  }

  /** So far, on the answers that came to their end. */
  get answered(): Spending {
    return this.#answered;
  }

  /** So far, on requests that failed, broke off or were cancelled. */
  get lost(): Spending {
    return this.#lost;
  }

  /** Both. */
  get spent(): Spending {
    return plus(this.#answered, this.#lost);
  }

  /** Of several, the one that answered last. */
  get answeredBy(): ModelAlias | undefined {
    return this.#answeredBy;
  }

  /** One of the answers came from another model than the one asked. */
  get isDegraded(): boolean {
    return this.#isDegraded;
  }

  async invoke(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#seen(await this.#model.invoke(request, this.#booking(call)));
  }

  async converse(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#seen(await this.#model.converse(request, this.#booking(call)));
  }

  stream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#watched(this.#model.stream(request, this.#booking(call)));
  }

  converseStream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#watched(this.#model.converseStream(request, this.#booking(call)));
  }

  isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#model.isReachable(signal);
  }

  /** The model outlives the attempt. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #booking(call: ModelCall): ModelCall {
    return {
      ...call,
      onBooked: (booked) => {
        if (booked.outcome === 'completed') this.#answered = plus(this.#answered, spendingOf(booked));
        else this.#lost = plus(this.#lost, spendingOf(booked));
        call.onBooked?.(booked);
      },
    };
  }

  async *#watched(batches: AsyncIterable<readonly ModelEvent[]>): AsyncGenerator<readonly ModelEvent[]> {
    for await (const batch of batches) {
      for (const event of batch) if (event.type === 'message-start') this.#seen(event);
      yield batch;
    }
  }

  #seen<Answer extends Pick<ModelAnswer, 'model' | 'degraded'>>(answer: Answer): Answer {
    this.#answeredBy = answer.model;
    this.#isDegraded ||= answer.degraded;
    return answer;
  }
}

function spendingOf({ usage, costUsd }: BookedRequest): Spending {
  return { inputTokens: usage.inputTokens + usage.cacheReadInputTokens + usage.cacheWriteInputTokens, outputTokens: usage.outputTokens, costUsd };
}
