import { describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { getEventListeners } from 'node:events';
import { combineSignals, sleep, SystemTimers, Watchdog, withDeadline } from './index.ts';
import { StoppedTimers } from './testing/index.ts';

function tools() {
  const clock = new StoppedClock();
  const timers = new StoppedTimers();
  const pass = (ms: number) => {
    clock.advance(ms);
    timers.advance(ms);
  };
  return { clock, timers, pass };
}

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('a combined signal', () => {
  it('fires with the reason of the first parent that fires', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const combined = combineSignals(one.signal, other.signal);

    other.abort('other');
    one.abort('one');

    expect(combined.signal.reason).toBe('other');
  });

  it('has fired at once when a parent has', () => {
    expect(combineSignals(new AbortController().signal, AbortSignal.abort('gone')).signal.reason).toBe('gone');
  });

  it('leaves nothing on its parents, whether it fired or was cleared', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const cleared = combineSignals(one.signal, other.signal);
    const fired = combineSignals(one.signal, other.signal);
    expect(listeners(one.signal)).toBe(2);

    cleared.clear();
    fired.abort('own reason');

    expect([listeners(one.signal), listeners(other.signal)]).toEqual([0, 0]);
    expect(cleared.signal.aborted).toBe(false);
    expect(fired.signal.reason).toBe('own reason');
  });
});

describe('a deadline', () => {
  it('fires with a TimeoutError when the time is up', () => {
    const { pass, ...rest } = tools();
    const deadline = withDeadline(new AbortController().signal, 100, rest);

    pass(99);
    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.remainingMs()).toBe(1);
    pass(1);

    expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(deadline.remainingMs()).toBe(0);
  });

  it('fires with the parent when that is earlier', () => {
    const { pass, ...rest } = tools();
    const parent = new AbortController();
    const deadline = withDeadline(parent.signal, 100, rest);

    parent.abort('left');
    pass(200);

    expect(deadline.signal.reason).toBe('left');
  });

  it('leaves no timer and no listener behind once cleared', () => {
    const { pass, ...rest } = tools();
    const parent = new AbortController();
    const deadline = withDeadline(parent.signal, 100, rest);

    deadline.clear();
    pass(200);

    expect([rest.timers.pending, listeners(parent.signal)]).toEqual([0, 0]);
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('a sleep', () => {
  it('ends when its time has passed, without a listener left', async () => {
    const { timers } = tools();
    const { signal } = new AbortController();
    const sleeping = sleep(50, signal, timers);

    timers.advance(50);

    await expect(sleeping).resolves.toBeUndefined();
    expect(listeners(signal)).toBe(0);
  });

  it('rejects with the reason of its signal, without a timer left', async () => {
    const { timers } = tools();
    const controller = new AbortController();
    const sleeping = sleep(50, controller.signal, timers);

    controller.abort('left');

    await expect(sleeping).rejects.toBe('left');
    expect(timers.pending).toBe(0);
    await expect(sleep(50, controller.signal, timers)).rejects.toBe('left');
  });
});

describe('a watchdog', () => {
  it('barks when one wait takes too long', () => {
    const { timers } = tools();
    let barks = 0;
    const watchdog = new Watchdog(100, timers, () => barks++);

    watchdog.watch();
    timers.advance(99);
    expect(barks).toBe(0);
    timers.advance(1);

    expect(barks).toBe(1);
  });

  it('counts every wait anew', () => {
    const { timers } = tools();
    let barks = 0;
    const watchdog = new Watchdog(100, timers, () => barks++);

    for (let wait = 0; wait < 5; wait++) {
      watchdog.watch();
      timers.advance(80);
      watchdog.rest();
    }

    expect(barks).toBe(0);
  });

  it('sleeps between waits, however long they are apart, and still guards the next one', () => {
    const { timers } = tools();
    let barks = 0;
    const watchdog = new Watchdog(100, timers, () => barks++);

    watchdog.watch();
    watchdog.rest();
    timers.advance(1_000);
    expect(barks).toBe(0);
    watchdog.watch();
    timers.advance(100);

    expect(barks).toBe(1);
  });

  it('takes another limit from the next wait on, and holds no timer once stopped', () => {
    const { timers } = tools();
    let barks = 0;
    const watchdog = new Watchdog(100, timers, () => barks++);
    watchdog.watch();

    watchdog.limitTo(500);
    watchdog.watch();
    timers.advance(499);
    expect(barks).toBe(0);
    watchdog.stop();
    timers.advance(500);

    expect([barks, timers.pending]).toEqual([0, 0]);
  });
});

describe('the timers of the system', () => {
  it('run once, and again after a restart', async () => {
    let runs = 0;
    let ran: () => void = () => undefined;
    const next = () => new Promise<void>((resolve) => (ran = resolve));
    const first = next();
    const timer = new SystemTimers().start(1, () => {
      runs++;
      ran();
    });

    await first;
    const second = next();
    timer.restart();
    await second;
    timer.stop();

    expect(runs).toBe(2);
  });
});
