import type { ModelCall } from './language-model.ts';

/** Turns text into a unit vector. Vectors of different `version`s are never compared. */
export abstract class EmbeddingModel {
  /** Model id, dimensions and normalisation in one text, stored with every vector. */
  abstract readonly version: string;
  abstract readonly dimensions: number;
  abstract embed(text: string, call: ModelCall): Promise<Float32Array>;
  abstract close(): Promise<void>;
}
