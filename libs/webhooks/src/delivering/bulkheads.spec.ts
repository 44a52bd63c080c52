import { beforeEach, describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { Bulkheads, SLOW_MS } from './bulkheads.ts';

const MOST = 80;
const SHARE = MOST / 4;
const QUICK_MS = 50;

let clock: StoppedClock;
let bulkheads: Bulkheads;
beforeEach(() => {
  clock = new StoppedClock();
  bulkheads = new Bulkheads(MOST, () => clock.nowMs());
});

const endpoint = (name: string, owner = `owner of ${name}`, health: { failingSinceMs?: number; hasTaken?: true } = {}) => ({ owner, endpointId: name, health });
const begin = (name: string, { owner, wanted = 1, isFailing = false }: { owner?: string; wanted?: number; isFailing?: boolean } = {}): number =>
  bulkheads.begin(endpoint(name, owner, isFailing ? { failingSinceMs: 0 } : {}), wanted)?.count ?? 0;
/** How many of so many endpoints get a place, one after the other. */
const beginMany = (kind: string, count: number, more: Parameters<typeof begin>[1] = {}): number =>
  Array.from({ length: count }, (_, index) => begin(`${kind} ${index}`, more)).reduce((sum, one) => sum + one, 0);
const hasBeen = (name: string, durationMs: number, times = 1): void => {
  for (let time = 0; time < times; time++) bulkheads.learn(name, true, durationMs);
};

describe('an endpoint’s places', () => {
  it('are one at first, and one more with each quick success, up to five', () => {
    expect(begin('new', { wanted: 10 })).toBe(1);
    for (const width of [2, 3, 4, 5, 5]) {
      hasBeen('quick', QUICK_MS);
      const places = bulkheads.begin(endpoint('quick'), 10);
      expect(places?.count).toBe(width);
      places?.giveBack(width);
    }
  });

  it('are one again after a failure, and after a success that was slow', () => {
    for (const name of ['failed', 'slow']) hasBeen(name, QUICK_MS, 5);

    bulkheads.learn('failed', false, QUICK_MS);
    hasBeen('slow', SLOW_MS + 1);

    expect([begin('failed', { wanted: 10 }), begin('slow', { wanted: 10 })]).toEqual([1, 1]);
  });

  it('do not grow with slow successes, however many', () => {
    hasBeen('slow', SLOW_MS + 1, 20);

    expect(begin('slow', { wanted: 10 })).toBe(1);
  });

  it('are no more than those that have not been given back', () => {
    hasBeen('quick', QUICK_MS, 5);
    const places = bulkheads.begin(endpoint('quick'), 3);

    expect(begin('quick', { wanted: 10 })).toBe(2);
    places?.giveBack(3);
    expect(begin('quick', { wanted: 10 })).toBe(3);
  });

  it('are one while half of all places are taken, so that no few endpoints take them all', () => {
    for (let number = 0; number < MOST / 5; number++) hasBeen(`quick ${number}`, QUICK_MS, 5);

    expect(beginMany('quick', MOST / 5, { wanted: 10 })).toBe(MOST / 2 + MOST / 10);
  });

  it('are no more as long as one of them is overdue', () => {
    hasBeen('quick', QUICK_MS, 5);
    begin('quick', { wanted: 2 });
    clock.advance(3 * SLOW_MS);

    expect(begin('quick', { wanted: 3 })).toBe(0);
  });
});

describe('the places of a process', () => {
  it('are never more than there are, and then nobody is asked to wait elsewhere', () => {
    for (let number = 0; number < 2 * MOST; number++) hasBeen(`quick ${number}`, QUICK_MS);

    expect(beginMany('quick', 2 * MOST)).toBe(MOST);
    expect(bulkheads.begin(endpoint('another'), 1)).toBeUndefined();
  });

  it('have a share each for endpoints that fail, for slow and for new ones: none of them takes another’s', () => {
    for (let number = 0; number < MOST; number++) hasBeen(`slow ${number}`, SLOW_MS + 1);

    expect(beginMany('failing', MOST, { isFailing: true })).toBe(SHARE);
    expect(beginMany('slow', MOST)).toBe(SHARE);
    expect(beginMany('new', MOST)).toBe(SHARE);
  });

  it('are there for quick endpoints when all others want them too', () => {
    beginMany('failing', MOST, { isFailing: true });
    beginMany('new', MOST);
    hasBeen('quick', QUICK_MS);

    expect(begin('quick')).toBe(1);
  });

  it('are there, one at first, for an endpoint that is known to take what it gets, though this process has not asked it yet', () => {
    beginMany('new', MOST);

    expect(bulkheads.begin(endpoint('known', 'owner', { hasTaken: true }), 5)?.count).toBe(1);
  });

  it('of new endpoints are given to other new ones when nothing has come for long', () => {
    expect(beginMany('hanging', 3 * SHARE)).toBe(SHARE);
    clock.advance(3 * SLOW_MS);

    expect(beginMany('new', SHARE)).toBe(SHARE);
  });

  it('are a quarter of a share for one owner, and a quarter of all for its quick endpoints', () => {
    for (let number = 0; number < MOST; number++) {
      hasBeen(`slow ${number}`, SLOW_MS + 1);
      hasBeen(`quick ${number}`, QUICK_MS, 5);
    }
    const owner = 'one';

    expect(beginMany('failing', MOST, { owner, isFailing: true })).toBe(SHARE / 4);
    expect(beginMany('slow', MOST, { owner })).toBe(SHARE / 4);
    expect(beginMany('quick', MOST, { owner, wanted: 5 })).toBe(MOST / 4);
    expect(begin('new', { owner: 'another' })).toBe(1);
  });
});
