import { boundedMap } from '../bounded-map.ts';
import { BatchEmbeddingModel, type EmbeddingPurpose } from '../embeddings/batch-embedding-model.ts';
import { checkTexts, EmbeddingCaller, type EmbeddingOptions } from '../embeddings/embedding-caller.ts';
import type { ModelCall } from '../language-model.ts';

const MODEL_ID = 'amazon.titan-embed-text-v2:0';
/** Titan refuses longer texts (8,192 tokens or 50,000 characters). */
const MAX_CHARACTERS = 50_000;

export interface TitanEmbeddingModelOptions extends EmbeddingOptions {
  dimensions: 256 | 512 | 1024;
  /** Requests of one `embedMany` in flight; Titan takes one text a request. Default 8. */
  batchConcurrency?: number;
}

/** Amazon Titan Text Embeddings v2. Throws `pricing.no-price` when it has no price. */
export function openTitanEmbeddingModel(options: TitanEmbeddingModelOptions): BatchEmbeddingModel {
  return new TitanEmbeddingModel(options);
}

/** Opened by `openTitanEmbeddingModel`. */
class TitanEmbeddingModel extends BatchEmbeddingModel {
  readonly version: string;
  readonly dimensions: number;
  readonly #caller: EmbeddingCaller;
  readonly #batchConcurrency: number;

  constructor(options: TitanEmbeddingModelOptions) {
    super();
    this.dimensions = options.dimensions;
    this.version = `${MODEL_ID}/${options.dimensions}/normalised`;
    this.#caller = new EmbeddingCaller(MODEL_ID, options);
    this.#batchConcurrency = options.batchConcurrency ?? 8;
  }

  async embed(text: string, call: ModelCall): Promise<Float32Array> {
    checkTexts([text], MAX_CHARACTERS);
    return this.#embedOne(text, call);
  }

  /** Titan makes no difference between documents and queries. */
  async embedMany(texts: readonly string[], _purpose: EmbeddingPurpose, call: ModelCall): Promise<readonly Float32Array[]> {
    checkTexts(texts, MAX_CHARACTERS);
    return boundedMap(texts, this.#batchConcurrency, (text) => this.#embedOne(text, call));
  }

  close(): Promise<void> {
    return this.#caller.close();
  }

  async #embedOne(text: string, call: ModelCall): Promise<Float32Array> {
    const [vector] = await this.#caller.embed(
      {
        body: { inputText: text, dimensions: this.dimensions, normalize: true },
        read: (answer) => {
          const { embedding, inputTextTokenCount = 0 } = (answer ?? {}) as { embedding?: number[]; inputTextTokenCount?: number };
          return { vectors: embedding ? [embedding] : [], inputTokens: inputTextTokenCount };
        },
        count: 1,
        dimensions: this.dimensions,
        estimateTokens: () => 0,
      },
      call,
    );
    return vector as Float32Array;
  }
}
