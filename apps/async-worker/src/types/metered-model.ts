import { LanguageModel, type ModelAnswer, type ModelCall, type ModelEvent, type ModelRequest, type ModelUsage } from '@manga-assist/bedrock';
import type { JobUsage } from '@manga-assist/jobs';
import type { ModelAlias } from '@manga-assist/schemas';

/** A billionth of a dollar is less than any token costs; what stands behind it is the noise of binary fractions. */
const NANO = 1e9;

/** The language model for one attempt: adds up what every answer used, whoever gave it. */
export class MeteredModel extends LanguageModel {
  readonly #model: LanguageModel;
  #inputTokens = 0;
  #outputTokens = 0;
  #costUsd = 0;
  #answeredBy: ModelAlias | undefined;
  #isDegraded = false;

  constructor(model: LanguageModel) {
    super();
    this.#model = model;
  }

  /** So far, in every answer that came to its end. */
  get spent(): JobUsage & { costUsd: number } {
    return { inputTokens: this.#inputTokens, outputTokens: this.#outputTokens, costUsd: Math.round(this.#costUsd * NANO) / NANO };
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
    return this.#counted(await this.#model.invoke(request, call));
  }

  async converse(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#counted(await this.#model.converse(request, call));
  }

  stream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#watched(this.#model.stream(request, call));
  }

  converseStream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#watched(this.#model.converseStream(request, call));
  }

  isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#model.isReachable(signal);
  }

  /** The model outlives the attempt. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #counted(answer: ModelAnswer): ModelAnswer {
    this.#begins(answer);
    this.#ends(answer);
    return answer;
  }

  async *#watched(batches: AsyncIterable<readonly ModelEvent[]>): AsyncGenerator<readonly ModelEvent[]> {
    for await (const batch of batches) {
      for (const event of batch) {
        if (event.type === 'message-start') this.#begins(event);
        else if (event.type === 'message-end') this.#ends(event);
      }
      yield batch;
    }
  }

  #begins({ model, degraded }: { model: ModelAlias; degraded: boolean }): void {
    this.#answeredBy = model;
    this.#isDegraded ||= degraded;
  }

  #ends({ usage, costUsd }: { usage: ModelUsage; costUsd: number }): void {
    this.#inputTokens += usage.inputTokens + usage.cacheReadInputTokens + usage.cacheWriteInputTokens;
    this.#outputTokens += usage.outputTokens;
    this.#costUsd += costUsd;
  }
}
