import type { TextEmbedder } from '../catalogue-search.ts';
import { AuthorIndex } from '../names/author-index.ts';
import { NameIndex } from '../names/name-index.ts';
import type { Product } from '../product.ts';
import { SearchSnapshot, textHash, type SnapshotContent } from './search-snapshot.ts';
import { SeriesVectors } from './series-vectors.ts';
import { StoryIndex } from './story-index.ts';
import { TraitIndex } from './trait-index.ts';

export interface CatalogueShelfOptions {
  /** Without one, or while it fails, nothing is known by its meaning. */
  embedder?: TextEmbedder;
  /** Where what has been worked out is kept, so that the next start is a matter of moments; undefined: nowhere. */
  snapshotFile?: string | undefined;
}

/** The products of one process with everything they are found by, always in step. */
export class CatalogueShelf {
  readonly names = new NameIndex();
  readonly authors = new AuthorIndex();
  readonly stories = new StoryIndex();
  readonly traits = new TraitIndex();
  readonly vectors: SeriesVectors;
  readonly #products = new Map<string, Product>();
  readonly #snapshot: SearchSnapshot | undefined;
  /** What was read from the snapshot and is not confirmed by the catalogue yet. */
  #remembered: SnapshotContent | undefined;
  /** The longest first; sorted when somebody asks. */
  #longestFirst: readonly string[] | undefined;

  constructor({ embedder, snapshotFile }: CatalogueShelfOptions) {
    this.vectors = new SeriesVectors(embedder);
    this.#snapshot = snapshotFile === undefined ? undefined : new SearchSnapshot(snapshotFile);
  }

  get size(): number {
    return this.#products.size;
  }

  get products(): IterableIterator<Product> {
    return this.#products.values();
  }

  get(mangaId: string): Product | undefined {
    return this.#products.get(mangaId);
  }

  /** Found by their words at once, by their meanings when it resolves. Rejects when a meaning cannot be had. */
  async put(products: readonly Product[], signal: AbortSignal): Promise<void> {
    if (this.size === 0) this.#recall();
    let hasChanged = false;
    for (const product of products) {
      signal.throwIfAborted();
      const isIndexed = textOf(this.get(product.mangaId)) === textOf(product);
      this.#products.set(product.mangaId, product);
      if (isIndexed) continue;
      hasChanged = this.#index(product) || hasChanged;
    }
    this.#forgetUnconfirmed();
    const embeddedBefore = this.vectors.embeddedCount;
    try {
      await this.vectors.put(products, signal);
    } finally {
      // What was embedded before a failure need not be asked for again, by the next process either.
      if (hasChanged || this.vectors.embeddedCount > embeddedBefore) this.#write();
    }
  }

  delete(mangaId: string): void {
    if (!this.#products.delete(mangaId)) return;
    for (const index of [this.names, this.authors, this.stories, this.traits, this.vectors]) index.remove(mangaId);
    this.#longestFirst = undefined;
  }

  /** Resolves when the snapshot is on disk. */
  async close(): Promise<void> {
    await this.#snapshot?.written();
  }

  longestFirst(): readonly string[] {
    this.#longestFirst ??= [...this.products].sort((a, b) => b.volumes - a.volumes).map(({ mangaId }) => mangaId);
    return this.#longestFirst;
  }

  /** True when its story had to be worked out. */
  #index(product: Product): boolean {
    this.names.put(product);
    this.authors.put(product);
    this.traits.put(product);
    this.#longestFirst = undefined;
    const known = this.#remembered?.series[product.mangaId];
    const isKnown = known !== undefined && known.text === textHash(textOf(product) ?? '') && this.stories.has(product.mangaId);
    if (!isKnown) this.stories.put(product);
    if (isKnown && known.meaning !== undefined && this.#remembered?.embedding === this.vectors.version) this.vectors.restore(product, vectorOf(known.meaning));
    return !isKnown;
  }

  #recall(): void {
    const remembered = this.#snapshot?.read();
    if (remembered === undefined) return;
    try {
      this.stories.restore(remembered.stories);
      this.#remembered = remembered;
    } catch {
      // Of another version of the index: worked out anew.
    }
  }

  /** The first products are the catalogue: what it does not have is sold no more. */
  #forgetUnconfirmed(): void {
    for (const mangaId of Object.keys(this.#remembered?.series ?? {})) if (!this.#products.has(mangaId)) this.stories.remove(mangaId);
    this.#remembered = undefined;
  }

  #write(): void {
    if (this.#snapshot === undefined) return;
    const series = Object.fromEntries(
      [...this.products].map((product) => {
        const vector = this.vectors.get(product.mangaId);
        return [product.mangaId, { text: textHash(textOf(product) ?? ''), ...(vector !== undefined && { meaning: base64Of(vector) }) }];
      }),
    );
    void this.#snapshot.write({ embedding: this.vectors.version, series, stories: this.stories.write() });
  }
}

/** All that is searched. Prices and stock change more often, and are read from the product itself. */
function textOf(product: Product | undefined): string | undefined {
  return product && JSON.stringify({ ...product, stock: [], priceJpy: 0 });
}

function base64Of({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function vectorOf(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}
