import { setImmediate as yieldToServer } from 'node:timers/promises';
import { normalise, orthonormalise, symmetricEigen } from './linear-algebra.ts';
import { termsOf } from './terms.ts';

const SEED = 20_261;
const OVERSAMPLING = 12;
const POWER_ITERATIONS = 3;
/** A term of one document says nothing about others; one of most documents says nothing at all. */
const MINIMUM_DOCUMENTS = 2;
const MAXIMUM_SHARE = 0.6;
const MAXIMUM_TERMS = 12_000;

interface SparseRow {
  terms: Int32Array;
  weights: Float64Array;
}

/**
 * Cross-lingual latent semantic indexing: documents that say the same thing in two languages put the words of
 * both into one space, by a truncated SVD of their tf-idf matrix.
 */
export class LatentSpace {
  readonly dimensions: number;
  private readonly vocabulary: Map<string, number>;
  private readonly idf: Float64Array;
  /** Term × dimension. */
  private readonly directions: Float64Array;

  private constructor(dimensions: number, vocabulary: Map<string, number>, idf: Float64Array, directions: Float64Array) {
    this.dimensions = dimensions;
    this.vocabulary = vocabulary;
    this.idf = idf;
    this.directions = directions;
  }

  /** Lets other work run between its steps, so that the server answers while it learns. */
  static async fit(documents: readonly string[], dimensions: number): Promise<LatentSpace | undefined> {
    const counts: Map<string, number>[] = [];
    for (const [index, document] of documents.entries()) {
      counts.push(countTerms(document));
      if (index % 40 === 39) await yieldToServer();
    }
    const { vocabulary, idf } = chooseVocabulary(counts);
    if (vocabulary.size < 2 || documents.length < 2) return undefined;
    const rows = counts.map((terms) => weigh(terms, vocabulary, idf));
    const rank = Math.min(dimensions, documents.length, vocabulary.size);
    const directions = await termDirections(rows, vocabulary.size, rank, dimensions);
    return new LatentSpace(dimensions, vocabulary, idf, directions);
  }

  /** Zero when no word of the text was in the corpus. */
  project(text: string): Float64Array {
    const row = weigh(countTerms(text), this.vocabulary, this.idf);
    const vector = new Float64Array(this.dimensions);
    for (const [place, term] of row.terms.entries()) {
      const weight = row.weights[place] as number;
      const start = term * this.dimensions;
      for (let axis = 0; axis < this.dimensions; axis++) vector[axis] = (vector[axis] as number) + weight * (this.directions[start + axis] as number);
    }
    return vector;
  }
}

function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

function chooseVocabulary(counts: readonly Map<string, number>[]): { vocabulary: Map<string, number>; idf: Float64Array } {
  const documentsWith = new Map<string, number>();
  for (const terms of counts) for (const term of terms.keys()) documentsWith.set(term, (documentsWith.get(term) ?? 0) + 1);
  const maximum = Math.max(MINIMUM_DOCUMENTS, counts.length * MAXIMUM_SHARE);
  const chosen = [...documentsWith]
    .filter(([, documents]) => documents >= MINIMUM_DOCUMENTS && documents <= maximum)
    .sort(([termA, a], [termB, b]) => b - a || (termA < termB ? -1 : 1))
    .slice(0, MAXIMUM_TERMS);
  const idf = Float64Array.from(chosen, ([, documents]) => Math.log((counts.length + 1) / (documents + 0.5)));
  return { vocabulary: new Map(chosen.map(([term], index) => [term, index])), idf };
}

function weigh(counts: Map<string, number>, vocabulary: Map<string, number>, idf: Float64Array): SparseRow {
  const terms: number[] = [];
  const weights: number[] = [];
  for (const [term, count] of counts) {
    const index = vocabulary.get(term);
    if (index === undefined) continue;
    terms.push(index);
    weights.push((1 + Math.log(count)) * (idf[index] as number));
  }
  const row = { terms: Int32Array.from(terms), weights: Float64Array.from(weights) };
  normalise(row.weights);
  return row;
}

/** Right singular vectors by randomised subspace iteration: time grows with the corpus, not with its square. */
async function termDirections(rows: readonly SparseRow[], termCount: number, rank: number, dimensions: number): Promise<Float64Array> {
  const width = Math.min(rank + OVERSAMPLING, rows.length);
  const basis = gaussian(rows.length * width);
  orthonormalise(basis, rows.length, width);
  let inTerms = timesTransposed(rows, basis, width, termCount);
  let image = times(rows, inTerms, width);
  for (let iteration = 0; iteration < POWER_ITERATIONS; iteration++) {
    basis.set(image);
    orthonormalise(basis, rows.length, width);
    await yieldToServer();
    inTerms = timesTransposed(rows, basis, width, termCount);
    await yieldToServer();
    image = times(rows, inTerms, width);
    await yieldToServer();
  }
  const { values, vectors } = symmetricEigen(gram(basis, image, rows.length, width), width);
  await yieldToServer();
  // Column j of the result is inTerms × vector j ÷ its singular value.
  const directions = new Float64Array(termCount * dimensions);
  for (let term = 0; term < termCount; term++) {
    for (let axis = 0; axis < rank; axis++) {
      const singular = Math.sqrt(Math.max(values[axis] as number, 0));
      if (singular < 1e-6) continue;
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (inTerms[term * width + k] as number) * (vectors[axis * width + k] as number);
      directions[term * dimensions + axis] = sum / singular;
    }
  }
  return directions;
}

function gaussian(length: number): Float64Array {
  let state = SEED;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
}

function timesTransposed(rows: readonly SparseRow[], basis: Float64Array, width: number, termCount: number): Float64Array {
  const result = new Float64Array(termCount * width);
  for (const [index, row] of rows.entries()) {
    const from = index * width;
    for (let place = 0; place < row.terms.length; place++) {
      const weight = row.weights[place] as number;
      const to = (row.terms[place] as number) * width;
      for (let k = 0; k < width; k++) result[to + k] = (result[to + k] as number) + weight * (basis[from + k] as number);
    }
  }
  return result;
}

function times(rows: readonly SparseRow[], inTerms: Float64Array, width: number): Float64Array {
  const result = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries()) {
    const to = index * width;
    for (let place = 0; place < row.terms.length; place++) {
      const weight = row.weights[place] as number;
      const from = (row.terms[place] as number) * width;
      for (let k = 0; k < width; k++) result[to + k] = (result[to + k] as number) + weight * (inTerms[from + k] as number);
    }
  }
  return result;
}

function gram(left: Float64Array, right: Float64Array, rowCount: number, width: number): Float64Array {
  const result = new Float64Array(width * width);
  for (let row = 0; row < rowCount; row++) {
    for (let a = 0; a < width; a++) {
      const value = left[row * width + a] as number;
      for (let b = 0; b < width; b++) result[a * width + b] = (result[a * width + b] as number) + value * (right[row * width + b] as number);
    }
  }
  return result;
}
