import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, integer, property } from 'fast-check';
import { distanceWithin, editDistance } from './edit-distance.ts';

const word = array(constantFrom('a', 'b', 'c', 'カ', '𠮷'), { maxLength: 90 }).map((letters) => letters.join(''));
const short = array(constantFrom('a', 'b', 'c'), { maxLength: 6 }).map((letters) => letters.join(''));

describe('the edit distance', () => {
  it.each([
    ['naruto', 'naruto', 0],
    ['naruto', 'narutto', 1],
    ['naruto', 'nartuo', 1],
    ['bersek', 'berserk', 1],
    ['', 'ab', 2],
    ['kitten', 'sitting', 3],
  ])('from %s to %s is %d', (one, other, distance) => {
    expect(editDistance(one, other, 5)).toBe(distance);
  });

  it('is the same both ways, nothing only for equal words, and more than the most wherever it gives up', () => {
    assert(
      property(word, word, integer({ min: 0, max: 100 }), (one, other, most) => {
        const distance = editDistance(one, other, 200);
        expect(editDistance(other, one, 200)).toBe(distance);
        expect(distance === 0).toBe(one === other);
        expect(Math.min(editDistance(one, other, most), most + 1)).toBe(Math.min(distance, most + 1));
      }),
    );
  });
});

describe('the distance within a text', () => {
  it('is nothing for what stands in it, also after a character of two units', () => {
    expect(distanceWithin('よつば', 'とよつばと', 2)).toBe(0);
    expect(distanceWithin('家', '𠮷家', 2)).toBe(0);
    expect(distanceWithin('よつば', 'よつは', 2)).toBe(1);
    expect(distanceWithin('よつば', 'ワンピース', 2)).toBe(3);
  });

  it('is the least of the distances to every stretch, without swaps', () => {
    const plain = (a: string, b: string): number =>
      a === '' ? b.length : b === '' ? a.length : Math.min(plain(a.slice(1), b) + 1, plain(a, b.slice(1)) + 1, plain(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1));
    assert(
      property(short, short, (part, whole) => {
        const stretches = Array.from({ length: whole.length + 1 }, (_, from) => Array.from({ length: whole.length - from + 1 }, (_, count) => whole.slice(from, from + count))).flat();
        expect(distanceWithin(part, whole, 100)).toBe(Math.min(...stretches.map((stretch) => plain(part, stretch))));
      }),
      { numRuns: 60 },
    );
  });
});
