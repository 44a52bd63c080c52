import { describe, expect, it } from '@jest/globals';
import { boundedMap } from './bounded-map.ts';

describe('boundedMap', () => {
  it('keeps the order of the items, whoever is ready first', async () => {
    const waits: (() => void)[] = [];
    const mapped = boundedMap(['a', 'b', 'c'], 3, (item) => new Promise<string>((resolve) => waits.push(() => resolve(item.toUpperCase()))));

    for (const finish of waits.reverse()) finish();

    await expect(mapped).resolves.toEqual(['A', 'B', 'C']);
  });

  it('never runs more at once than it may', async () => {
    let running = 0;
    let most = 0;
    await boundedMap(Array.from({ length: 20 }), 4, async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });

    expect(most).toBe(4);
  });

  it('begins nothing more after a failure, and waits for what is under way', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const mapped = boundedMap([0, 1, 2, 3], 2, async (item) => {
      begun.push(item);
      if (item === 0) throw new Error('first');
      await Promise.resolve();
      ended.push(item);
    });

    await expect(mapped).rejects.toThrow('first');
    expect(begun).toEqual([0, 1]);
    expect(ended).toEqual([1]);
  });

  it('has nothing to do without items, and refuses to do nothing at a time', async () => {
    await expect(boundedMap([], 3, () => Promise.reject(new Error('never')))).resolves.toEqual([]);
    await expect(boundedMap([1], 0, () => Promise.resolve(1))).rejects.toThrow(RangeError);
  });
});
