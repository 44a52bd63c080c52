import { TextEmbedder } from '../catalogue-search.ts';
import { tokensOf } from '../text/tokens.ts';

const DIMENSIONS = 256;

/** Vectors of words by hashing: texts that share words are near each other. No model, always the same. */
export class HashedGramEmbedder extends TextEmbedder {
  readonly version: string = 'hashed-grams/256';
  /** Every text it was asked for. */
  readonly texts: string[] = [];
  /** What it throws while set. */
  failure: Error | undefined;

  async embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    signal.throwIfAborted();
    this.texts.push(text);
    if (this.failure !== undefined) throw this.failure;
    const vector = new Float32Array(DIMENSIONS);
    for (const token of tokensOf(text)) {
      const place = hash(token) % DIMENSIONS;
      vector[place] = (vector[place] ?? 0) + 1;
    }
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
