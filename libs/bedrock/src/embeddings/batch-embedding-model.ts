import { EmbeddingModel } from '../embedding-model.ts';
import type { ModelCall } from '../language-model.ts';

/** What the vectors are for. Models that tell the two apart search worse when it is mixed up. */
export type EmbeddingPurpose = 'document' | 'query';

/** An embedding model that takes many texts. `embed` is for one query. */
export abstract class BatchEmbeddingModel extends EmbeddingModel {
  /**
   * One unit vector for each text, in their order, in as few requests as the model allows, a bounded
   * number at a time. When one request fails for good, all fail.
   */
  abstract embedMany(texts: readonly string[], purpose: EmbeddingPurpose, call: ModelCall): Promise<readonly Float32Array[]>;
}
