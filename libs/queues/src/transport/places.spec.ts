import { describe, expect, it } from '@jest/globals';
import { Places } from './places.ts';

const shares = [
  { name: 'high', weight: 8 },
  { name: 'normal', weight: 4 },
  { name: 'low', weight: 1 },
];
const freeFor = (places: Places, queue: string) => places.ownFree(queue) + places.commonFree();

describe('the places of several queues', () => {
  it('are half kept by weight, at least one for each, and half common', () => {
    const places = new Places(16, shares);

    expect(shares.map(({ name }) => places.ownFree(name))).toEqual([4, 2, 1]);
    expect(places.commonFree()).toBe(9);
  });

  it('always leave the urgent ones theirs', () => {
    const places = new Places(16, shares);

    places.take('low', freeFor(places, 'low'));
    places.take('normal', freeFor(places, 'normal'));

    expect([places.inUse('low'), places.inUse('normal')]).toEqual([10, 2]);
    expect(freeFor(places, 'high')).toBe(4);
  });

  it('always leave one to the least urgent', () => {
    const places = new Places(16, shares);

    places.take('high', freeFor(places, 'high'));

    expect(places.inUse('high')).toBe(13);
    expect(freeFor(places, 'low')).toBe(1);
  });

  it('are common again when a queue gives back what was not its own', () => {
    const places = new Places(16, shares);
    places.take('low', 10);

    places.give('low', 9);

    expect(places.commonFree()).toBe(9);
    expect(places.ownFree('low')).toBe(0);
  });

  it('are left to others, one in ten, by a tenant that crowds a queue', () => {
    const places = new Places(64, shares);

    expect(shares.map(({ name }) => places.spare(name))).toEqual([5, 4, 3]);
  });

  it('are counted for that without what a backlog of another queue has taken', () => {
    const [many, few] = [new Places(64, shares), new Places(8, shares)];
    for (const places of [many, few]) places.take('low', freeFor(places, 'low'));

    expect(freeFor(many, 'high')).toBe(19);
    expect(many.spare('high')).toBe(1);
    // Two urgent messages of one tenant find both places that are kept for such.
    expect(freeFor(few, 'high')).toBe(2);
    expect(few.spare('high')).toBe(0);
  });

  it('are all its own for a queue alone', () => {
    const places = new Places(4, [{ name: 'ordered', weight: 1 }]);

    expect([places.ownFree('ordered'), places.commonFree()]).toEqual([4, 0]);
  });

  it('cannot be fewer than the queues', () => {
    expect(() => new Places(2, shares)).toThrow('2 places are too few for 3 queues');
  });
});
