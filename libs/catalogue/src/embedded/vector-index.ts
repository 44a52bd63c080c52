/** Unit vectors of one model version, compared one by one: a shop of some thousand series needs no more. */
export class VectorIndex {
  readonly #vectors = new Map<string, Float32Array>();

  get size(): number {
    return this.#vectors.size;
  }

  put(mangaId: string, vector: Float32Array): void {
    this.#vectors.set(mangaId, vector);
  }

  delete(mangaId: string): void {
    this.#vectors.delete(mangaId);
  }

  get(mangaId: string): Float32Array | undefined {
    return this.#vectors.get(mangaId);
  }

  /** Nearest first, with the cosine. */
  near(vector: Float32Array): { mangaId: string; similarity: number }[] {
    const neighbours = Array.from(this.#vectors, ([mangaId, other]) => ({ mangaId, similarity: dotProduct(vector, other) }));
    return neighbours.sort((a, b) => b.similarity - a.similarity);
  }
}

export function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
