import { TopRanked } from './top-ranked.ts';

/** How near every series is to one vector. */
export interface Neighbours {
  /** Cosine; undefined for a series without a vector. */
  similarityOf(mangaId: string): number | undefined;
  /** The nearest that fit, nearest first. */
  nearest(most: number, fits: (mangaId: string) => boolean): string[];
}

const FIRST_PLACES = 256;

/** Unit vectors of one model version in one block of memory, compared one by one: a shop of some ten thousand series needs no more. */
export class VectorIndex {
  #dimensions = 0;
  #block = new Float32Array(0);
  readonly #placeOf = new Map<string, number>();
  readonly #idAt: (string | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#placeOf.size;
  }

  /** Throws when the vector is of another length than the others: it is another model's. */
  put(mangaId: string, vector: Float32Array): void {
    if (this.#dimensions === 0) this.#dimensions = vector.length;
    if (vector.length !== this.#dimensions) throw new RangeError(`A vector of ${vector.length} numbers cannot be compared with those of ${this.#dimensions}.`);
    const place = this.#placeOf.get(mangaId) ?? this.#free.pop() ?? this.#idAt.length;
    this.#makeRoomFor(place + 1);
    this.#block.set(vector, place * this.#dimensions);
    this.#placeOf.set(mangaId, place);
    this.#idAt[place] = mangaId;
  }

  delete(mangaId: string): void {
    const place = this.#placeOf.get(mangaId);
    if (place === undefined) return;
    this.#placeOf.delete(mangaId);
    this.#idAt[place] = undefined;
    this.#free.push(place);
  }

  get(mangaId: string): Float32Array | undefined {
    const place = this.#placeOf.get(mangaId);
    return place === undefined ? undefined : this.#block.slice(place * this.#dimensions, (place + 1) * this.#dimensions);
  }

  near(vector: Float32Array): Neighbours {
    const similarities = this.#similaritiesTo(vector);
    return {
      similarityOf: (mangaId) => {
        const place = this.#placeOf.get(mangaId);
        return place === undefined ? undefined : similarities[place];
      },
      nearest: (most, fits) => {
        const top = new TopRanked<string>(most);
        for (const [place, mangaId] of this.#idAt.entries()) {
          const similarity = similarities[place] ?? -1;
          // Looking whether it fits costs more than comparing two numbers.
          if (mangaId !== undefined && top.wants(similarity) && fits(mangaId)) top.add(mangaId, similarity);
        }
        return [...top.items];
      },
    };
  }

  #similaritiesTo(vector: Float32Array): Float32Array {
    const dimensions = this.#dimensions;
    const block = this.#block;
    const similarities = new Float32Array(this.#idAt.length);
    for (let place = 0, at = 0; place < similarities.length; place++, at += dimensions) similarities[place] = dot(vector, block, at);
    return similarities;
  }

  #makeRoomFor(places: number): void {
    if (places * this.#dimensions <= this.#block.length) return;
    const larger = new Float32Array(Math.max(FIRST_PLACES, places * 2) * this.#dimensions);
    larger.set(this.#block);
    this.#block = larger;
  }
}

/** Four sums at a time: one alone would wait for its last addition at every step, and twenty thousand series take four times as long. */
function dot(vector: Float32Array, block: Float32Array, at: number): number {
  const { length } = vector;
  const even = length - (length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < even; index += 4) {
    const from = at + index;
    a += (vector[index] as number) * (block[from] as number);
    b += (vector[index + 1] as number) * (block[from + 1] as number);
    c += (vector[index + 2] as number) * (block[from + 2] as number);
    d += (vector[index + 3] as number) * (block[from + 3] as number);
  }
  for (let index = even; index < length; index++) a += (vector[index] as number) * (block[at + index] as number);
  return a + b + c + d;
}
