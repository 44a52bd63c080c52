import type { EmbeddingModel } from '@manga-assist/bedrock';
import { TextEmbedder } from '@manga-assist/catalogue';
import { AppError, type Clock } from '@manga-assist/foundation';
import { CircuitBreaker, withDeadline, type Timers } from '@manga-assist/resilience';

export interface ModelTextEmbedderOptions {
  model: EmbeddingModel;
  clock: Clock;
  timers: Timers;
  /** Of one text, in milliseconds. */
  timeoutMs: number;
}

/** Meanings of the shop's own texts and of searches are nobody's in particular. */
const ATTRIBUTION = { tenantId: 'store', subject: 'tool-service', feature: 'catalogue-search', correlationId: 'catalogue-search' };

/**
 * The catalogue's meanings from an embedding model on Bedrock. A model that hangs must cost a search
 * little, and one that fails again and again nothing: then `unavailable` `catalogue.no-meanings` at once.
 */
export class ModelTextEmbedder extends TextEmbedder {
  readonly version: string;
  readonly #options: ModelTextEmbedderOptions;
  readonly #breaker: CircuitBreaker;

  constructor(options: ModelTextEmbedderOptions) {
    super();
    this.version = options.model.version;
    this.#options = options;
    this.#breaker = new CircuitBreaker({ clock: options.clock, window: 5, minimumOutcomes: 5, failureShare: 0.8, openMs: 2_000 });
  }

  async embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    const passage = this.#breaker.enter();
    if (passage === undefined) throw new AppError('unavailable', 'catalogue.no-meanings', 'The meaning of the text cannot be found out just now.');
    const deadline = withDeadline(signal, this.#options.timeoutMs, this.#options);
    try {
      const vector = await this.#options.model.embed(text, { attribution: ATTRIBUTION, signal: deadline.signal });
      passage.succeeded();
      return vector;
    } catch (error) {
      if (signal.aborted) passage.ignored();
      else passage.failed();
      throw error;
    } finally {
      deadline.clear();
    }
  }
}
