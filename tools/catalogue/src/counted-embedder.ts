import { openTitanEmbeddingModel, UsageLedger, type EmbeddingModel } from '@manga-assist/bedrock';
import { TextEmbedder } from '@manga-assist/catalogue';

const DIMENSIONS = 256;
const ATTRIBUTION = { tenantId: 'store', subject: 'catalogue', feature: 'catalogue-search', correlationId: 'catalogue-tools' };

/** A tool has no ledger of its own: what it embeds is a matter of cents, printed at its end. */
class NoLedger extends UsageLedger {
  record(): void {}
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Titan's embeddings as tool-service asks for them, counted. */
export class CountedEmbedder extends TextEmbedder {
  static readonly dimensions = DIMENSIONS;
  readonly version: string;
  count = 0;
  readonly #model: EmbeddingModel;
  readonly #onEmbedded: (count: number) => void;

  constructor({ endpoint, timeoutMs, onEmbedded = () => {} }: { endpoint?: string; timeoutMs: number; onEmbedded?: (count: number) => void }) {
    super();
    this.#model = openTitanEmbeddingModel({ dimensions: DIMENSIONS, ledger: new NoLedger(), timeoutMs, ...(endpoint !== undefined && { endpoint }) });
    this.version = this.#model.version;
    this.#onEmbedded = onEmbedded;
  }

  async embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    const vector = await this.#model.embed(text, { attribution: ATTRIBUTION, signal });
    this.#onEmbedded(++this.count);
    return vector;
  }

  close(): Promise<void> {
    return this.#model.close();
  }
}
