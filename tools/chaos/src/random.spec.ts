import { describe, expect, it } from '@jest/globals';
import { isUuid } from '@manga-assist/foundation';
import { poison } from './load/poison.ts';
import { SeededRandom } from './random.ts';

describe('random numbers with a seed', () => {
  const row = (seed: number): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 1_000 }, () => random.next());
  };

  it('are the same again for the same seed, and others for another', () => {
    expect(row(1)).toEqual(row(1));
    expect(row(1)).not.toEqual(row(2));
  });

  it('are spread over the whole range', () => {
    const tenths = Map.groupBy(row(3), (number) => Math.floor(number * 10));

    expect([...tenths.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const numbersOfIt of tenths.values()) expect(numbersOfIt.length).toBeGreaterThan(60);
  });

  it('make real ids, and another order of the same things', () => {
    const random = new SeededRandom(4);
    const ids = Array.from({ length: 100 }, () => random.uuid());

    expect(ids.filter((id) => !isUuid(id))).toEqual([]);
    expect(new Set(ids).size).toBe(100);
    expect(random.shuffled([1, 2, 3, 4, 5, 6, 7, 8]).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('poison', () => {
  it('is known again by its body, and goes into every queue', () => {
    const messages = poison(300, new SeededRandom(5));

    expect(new Set(messages.map(({ body }) => body)).size).toBe(300);
    expect(new Set(messages.map(({ queueName }) => queueName)).size).toBe(4);
  });
});
