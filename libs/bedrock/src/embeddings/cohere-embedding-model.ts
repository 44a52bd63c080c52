import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { boundedMap } from '../bounded-map.ts';
import type { ModelCall } from '../language-model.ts';
import { BatchEmbeddingModel, type EmbeddingPurpose } from './batch-embedding-model.ts';
import { checkTexts, EmbeddingCaller, type EmbeddingOptions } from './embedding-caller.ts';
import { unitVector } from './unit-vector.ts';

const MODEL_ID = 'cohere.embed-multilingual-v3';
const DIMENSIONS = 1_024;
/** More texts, or longer ones, are refused. */
const MAX_TEXTS = 96;
const MAX_CHARACTERS = 2_048;

const INPUT_TYPES: Readonly<Record<EmbeddingPurpose, string>> = { document: 'search_document', query: 'search_query' };

export interface CohereEmbeddingModelOptions extends EmbeddingOptions {
  /** Requests of 96 texts of one `embedMany` in flight. Default 4. */
  batchConcurrency?: number;
}

/** Cohere Embed Multilingual v3: 1,024 dimensions, up to 96 texts a request. Throws `pricing.no-price` when it has no price. */
export function openCohereEmbeddingModel(options: CohereEmbeddingModelOptions): BatchEmbeddingModel {
  return new CohereEmbeddingModel(options);
}

/** Opened by `openCohereEmbeddingModel`. */
class CohereEmbeddingModel extends BatchEmbeddingModel {
  readonly version = `${MODEL_ID}/${DIMENSIONS}/normalised`;
  readonly dimensions = DIMENSIONS;
  readonly #caller: EmbeddingCaller;
  readonly #batchConcurrency: number;

  constructor(options: CohereEmbeddingModelOptions) {
    super();
    this.#caller = new EmbeddingCaller(MODEL_ID, options);
    this.#batchConcurrency = options.batchConcurrency ?? 4;
  }

  async embed(text: string, call: ModelCall): Promise<Float32Array> {
    const [vector] = await this.embedMany([text], 'query', call);
    return vector as Float32Array;
  }

  async embedMany(texts: readonly string[], purpose: EmbeddingPurpose, call: ModelCall): Promise<readonly Float32Array[]> {
    checkTexts(texts, MAX_CHARACTERS);
    const batches = Array.from({ length: Math.ceil(texts.length / MAX_TEXTS) }, (_, index) => texts.slice(index * MAX_TEXTS, (index + 1) * MAX_TEXTS));
    const vectors = await boundedMap(batches, this.#batchConcurrency, (batch) => this.#embedBatch(batch, purpose, call));
    return vectors.flat();
  }

  close(): Promise<void> {
    return this.#caller.close();
  }

  async #embedBatch(texts: readonly string[], purpose: EmbeddingPurpose, call: ModelCall): Promise<Float32Array[]> {
    const vectors = await this.#caller.embed(
      {
        body: { texts: [...texts], input_type: INPUT_TYPES[purpose], truncate: 'NONE', embedding_types: ['float'] },
        read: (answer) => ({ vectors: (answer as { embeddings?: { float?: number[][] } } | null)?.embeddings?.float ?? [], inputTokens: undefined }),
        count: texts.length,
        dimensions: DIMENSIONS,
        // Cohere's answer does not say what it read.
        estimateTokens: () => texts.reduce((sum, text) => sum + countTokens(text, { disallowedSpecial: new Set() }), 0),
      },
      call,
    );
    return vectors.map(unitVector);
  }
}
