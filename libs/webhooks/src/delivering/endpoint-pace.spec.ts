import { describe, expect, it } from '@jest/globals';
import { afterOutcome, LEAST_SPACING_MS, NEW_HEALTH, planSlots } from './endpoint-pace.ts';

const NOW_MS = Date.UTC(2026, 10, 1);
const plan = (change: Partial<typeof NEW_HEALTH>, count: number, room = count) => planSlots({ ...NEW_HEALTH, ...change }, { count, room, nowMs: NOW_MS });

describe('an endpoint’s next moments', () => {
  it('are a tenth of a second apart, as many as fit into the next second', () => {
    const { slotsMs, deferralsMs } = plan({}, 15);

    expect(slotsMs).toEqual(Array.from({ length: 11 }, (_, index) => NOW_MS + index * 100));
    expect(deferralsMs).toEqual([1_100, 1_200, 1_300, 1_400].map((ms) => NOW_MS + ms));
  });

  it('begin where the last ones ended', () => {
    const { health } = plan({}, 3);

    expect(plan({ ...health }, 2).slotsMs).toEqual([NOW_MS + 300, NOW_MS + 400]);
  });

  it('are none while it has asked for a pause', () => {
    const { slotsMs, deferralsMs } = plan({ nextSlotMs: NOW_MS + 60_000 }, 2);

    expect(slotsMs).toEqual([]);
    expect(deferralsMs).toEqual([NOW_MS + 60_000, NOW_MS + 60_100]);
  });

  it('are no more than there is room for', () => {
    expect(plan({}, 3, 1)).toMatchObject({ slotsMs: [NOW_MS], deferralsMs: [] });
    expect(plan({}, 12, 1)).toMatchObject({ slotsMs: [NOW_MS], deferralsMs: [NOW_MS + 1_100] });
    expect(plan({}, 3, 0)).toMatchObject({ slotsMs: [], deferralsMs: [NOW_MS + 100, NOW_MS + 200, NOW_MS + 300] });
  });

  it('come back within some ten minutes however many wait, evenly spread', () => {
    const { deferralsMs } = plan({ spacingMs: 60_000 }, 100, 0);

    expect(Math.max(...deferralsMs)).toBeLessThanOrEqual(NOW_MS + 60_000 + 600_000);
    const perMoment = Map.groupBy(deferralsMs, (ms) => ms);
    expect(Math.max(...[...perMoment.values()].map((same) => same.length))).toBeLessThanOrEqual(Math.ceil(100 / 11));
  });

  it('are looked at more rarely the longer it fails', () => {
    const after = (failingMs: number) => plan({ failingSinceMs: NOW_MS - failingMs }, 2, 0).deferralsMs.map((ms) => ms - NOW_MS);

    expect(after(0)).toEqual([100, 200]);
    expect(after(5_000)).toEqual([5_000, 5_500]);
    expect(after(3_600_000)).toEqual([15_000, 16_000]);
  });
});

describe('an endpoint’s health', () => {
  it('learns from what goes well once that it does, and nothing more', () => {
    const proven = afterOutcome(NEW_HEALTH, 'delivered', undefined, NOW_MS);

    expect(proven).toMatchObject({ hasTaken: true, spacingMs: LEAST_SPACING_MS });
    expect(afterOutcome({ ...NEW_HEALTH, ...proven }, 'delivered', undefined, NOW_MS)).toBeUndefined();
  });

  it('is to be proven anew after a failure', () => {
    expect(afterOutcome({ ...NEW_HEALTH, hasTaken: true }, 'refused', undefined, NOW_MS)).not.toHaveProperty('hasTaken');
  });

  it('remembers the first of its failures, and forgets it with the first success', () => {
    const failing = afterOutcome(NEW_HEALTH, 'timed-out', undefined, NOW_MS);

    expect(failing).toMatchObject({ failingSinceMs: NOW_MS, spacingMs: LEAST_SPACING_MS });
    expect(afterOutcome({ ...NEW_HEALTH, ...failing }, 'refused', undefined, NOW_MS + 1)).toBeUndefined();
    expect(afterOutcome({ ...NEW_HEALTH, ...failing }, 'delivered', undefined, NOW_MS + 2)).not.toHaveProperty('failingSinceMs');
  });

  it('takes twice the time with each 429, up to a minute, and half with each success', () => {
    let health = NEW_HEALTH;
    const spacings: number[] = [];
    for (let number = 0; number < 12; number++) {
      health = { ...health, ...afterOutcome(health, 'throttled', undefined, NOW_MS) };
      spacings.push(health.spacingMs);
    }

    expect(spacings.slice(0, 3)).toEqual([200, 400, 800]);
    expect(spacings.at(-1)).toBe(60_000);
    expect(health.nextSlotMs).toBe(NOW_MS + 60_000);
    expect(afterOutcome(health, 'delivered', undefined, NOW_MS)?.spacingMs).toBe(30_000);
  });

  it('waits as long as Retry-After says, whatever the status', () => {
    expect(afterOutcome(NEW_HEALTH, 'refused', 90_000, NOW_MS)?.nextSlotMs).toBe(NOW_MS + 90_000);
    expect(afterOutcome(NEW_HEALTH, 'throttled', 90_000, NOW_MS)?.nextSlotMs).toBe(NOW_MS + 90_000);
  });
});
