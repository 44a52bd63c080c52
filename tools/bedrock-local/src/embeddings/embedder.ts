import { readCorpus } from './corpus.ts';
import { hashedGrams } from './hashed-grams.ts';
import { LatentSpace } from './latent-space.ts';
import { normalise } from './linear-algebra.ts';

const LATENT_DIMENSIONS = 128;
const GRAM_DIMENSIONS = 128;
/** Shares of the squared length: meaning decides, spelling breaks ties and helps where no word is known. */
const LATENT_SHARE = 0.85;

export interface EmbedderState {
  corpus: 'none' | 'learning' | 'ready' | 'failed';
  documents: number;
  fit_ms: number | null;
}

/** Texts to vectors, without any downloaded model. Learns from the corpus in the background; callers wait for it. */
export class Embedder {
  readonly state: EmbedderState = { corpus: 'none', documents: 0, fit_ms: null };
  private readonly learning: Promise<LatentSpace | undefined>;

  constructor(corpusFile: string | undefined, warn: (line: string) => void) {
    this.learning = corpusFile === undefined ? Promise.resolve(undefined) : this.learn(corpusFile, warn);
  }

  /** Resolves when the corpus is learnt, or was not readable. */
  async ready(): Promise<void> {
    await this.learning;
  }

  /** A vector of `dimensions` (at least 256): 128 of meaning, 128 of spelling, zeros up to the length asked for. */
  async embed(text: string, dimensions: number, normalised = true): Promise<number[]> {
    const space = await this.learning;
    const latent = space?.project(text) ?? new Float64Array(LATENT_DIMENSIONS);
    const grams = hashedGrams(text, GRAM_DIMENSIONS);
    normalise(latent);
    normalise(grams);
    const vector = new Float64Array(dimensions);
    for (let axis = 0; axis < LATENT_DIMENSIONS; axis++) vector[axis] = (latent[axis] as number) * Math.sqrt(LATENT_SHARE);
    for (let axis = 0; axis < GRAM_DIMENSIONS; axis++) vector[LATENT_DIMENSIONS + axis] = (grams[axis] as number) * Math.sqrt(1 - LATENT_SHARE);
    if (normalised) normalise(vector);
    return Array.from(vector, (value) => Math.round(value * 1e7) / 1e7);
  }

  private async learn(file: string, warn: (line: string) => void): Promise<LatentSpace | undefined> {
    this.state.corpus = 'learning';
    try {
      const documents = await readCorpus(file);
      const startedAt = performance.now();
      const space = await LatentSpace.fit(documents, LATENT_DIMENSIONS);
      Object.assign(this.state, { corpus: 'ready', documents: documents.length, fit_ms: Math.round(performance.now() - startedAt) });
      return space;
    } catch (error) {
      this.state.corpus = 'failed';
      warn(`embeddings use spelling only: ${error instanceof Error ? error.message : 'the corpus is not readable'}`);
      return undefined;
    }
  }
}
