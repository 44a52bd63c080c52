import type { TextEmbedder } from '../catalogue-search.ts';
import type { Product } from '../product.ts';
import { seriesText } from './series-text.ts';
import { VectorIndex, type Neighbours } from './vector-index.ts';

/** Bedrock answers an embedding in some ten milliseconds; eight at once fill a shelf of 430 in a second or two. */
const EMBEDDINGS_AT_ONCE = 8;

/** What series mean, as vectors. Without an embedder, or before the first vector, everything is unknown. */
export class SeriesVectors {
  readonly #embedder: TextEmbedder | undefined;
  readonly #vectors = new VectorIndex();
  /** The text that each vector stands for, so that putting a series again costs nothing. */
  readonly #texts = new Map<string, string>();

  #embeddedCount = 0;

  constructor(embedder: TextEmbedder | undefined) {
    this.#embedder = embedder;
  }

  /** How often a series has been embedded by this process. */
  get embeddedCount(): number {
    return this.#embeddedCount;
  }

  /** Of the model whose vectors are kept; null when there is none. */
  get version(): string | null {
    return this.#embedder?.version ?? null;
  }

  /** Rejects with the first failure; what was embedded until then is kept, and not asked for again. */
  async put(products: readonly Product[], signal: AbortSignal): Promise<void> {
    const embedder = this.#embedder;
    if (embedder === undefined) return;
    const waiting = products.map((product) => ({ mangaId: product.mangaId, text: seriesText(product) })).filter(({ mangaId, text }) => this.#texts.get(mangaId) !== text);
    let hasFailed = false;
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !hasFailed; next = waiting.shift()) {
        const { mangaId, text } = next;
        try {
          this.#vectors.put(mangaId, await embedder.embed(text, signal));
          this.#texts.set(mangaId, text);
          this.#embeddedCount++;
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: EMBEDDINGS_AT_ONCE }, worker));
  }

  /** A vector that was worked out earlier, by the same model and for the same series. */
  restore(product: Product, vector: Float32Array): void {
    this.#vectors.put(product.mangaId, vector);
    this.#texts.set(product.mangaId, seriesText(product));
  }

  get(mangaId: string): Float32Array | undefined {
    return this.#vectors.get(mangaId);
  }

  remove(mangaId: string): void {
    this.#vectors.delete(mangaId);
    this.#texts.delete(mangaId);
  }

  /** How near series are to a text; undefined when its meaning cannot be had. Rejects only when the signal fires. */
  async near(text: string, signal: AbortSignal): Promise<Neighbours | undefined> {
    if (this.#embedder === undefined || this.#vectors.size === 0 || text === '') return undefined;
    try {
      return this.#vectors.near(await this.#embedder.embed(text, signal));
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  /** How near series are to a series; undefined when its meaning is not known. */
  nearTo(mangaId: string): Neighbours | undefined {
    const vector = this.#vectors.get(mangaId);
    return vector === undefined ? undefined : this.#vectors.near(vector);
  }
}
