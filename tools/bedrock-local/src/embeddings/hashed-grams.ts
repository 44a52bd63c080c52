import { normaliseText } from './terms.ts';

/** Signed hashing of character pairs and triples: no training, finds spellings that resemble each other. */
export function hashedGrams(text: string, dimensions: number): Float64Array {
  const vector = new Float64Array(dimensions);
  const characters = Array.from(` ${normaliseText(text).replaceAll(/[\s\p{P}]+/gu, ' ').trim()} `);
  for (const length of [2, 3]) {
    for (let start = 0; start + length <= characters.length; start++) {
      const hash = fnv1a(characters.slice(start, start + length).join(''));
      const place = (hash >>> 1) % dimensions;
      vector[place] = (vector[place] ?? 0) + (hash & 1 ? 1 : -1);
    }
  }
  return vector;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  // The low bits of FNV alone are too regular for short texts.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
