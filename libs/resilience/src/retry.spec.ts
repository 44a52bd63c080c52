import { describe, expect, it } from '@jest/globals';
import { retry, RetryBudget, type RetryPolicy, type RetryRule } from './index.ts';
import { StoppedTimers } from './testing/index.ts';

/** Timers whose every delay is over at once; they still say what was asked for. */
class ImmediateTimers extends StoppedTimers {
  override start(delayMs: number, run: () => void) {
    const timer = super.start(delayMs, run);
    queueMicrotask(() => this.advance(delayMs));
    return timer;
  }
}

const RULES: Readonly<Record<string, RetryRule>> = {
  busy: { baseMs: 1_000, capMs: 3_000 },
  once: { baseMs: 10, capMs: 10, maxAttempts: 2 },
  later: { baseMs: 10, capMs: 10, retryAfterMs: 2_000 },
};

function aPolicy(changes: Partial<RetryPolicy> = {}): RetryPolicy & { timers: ImmediateTimers } {
  return {
    maxAttempts: 5,
    ruleFor: (error) => RULES[String(error)],
    budget: new RetryBudget(),
    patienceMs: () => Infinity,
    signal: new AbortController().signal,
    random: () => 0.5,
    ...changes,
    timers: new ImmediateTimers(),
  };
}

/** Fails with each error in turn, then gives the number of its attempt. */
function failing(...errors: string[]) {
  return (attempt: number) => {
    const error = errors[attempt - 1];
    return error === undefined ? Promise.resolve(attempt) : Promise.reject(error);
  };
}

describe('retrying', () => {
  it('gives the first success', async () => {
    await expect(retry(failing('busy', 'busy'), aPolicy())).resolves.toBe(3);
  });

  it('waits a random part of a time that doubles with every failure, up to its cap', async () => {
    const policy = aPolicy();

    await retry(failing('busy', 'busy', 'busy', 'busy'), policy);

    expect(policy.timers.startedMs).toEqual([500, 1_000, 1_500, 1_500]);
  });

  it('gives up after the attempts it is allowed, with the last error', async () => {
    await expect(retry(failing('busy', 'busy'), aPolicy({ maxAttempts: 2 }))).rejects.toBe('busy');
    await expect(retry(failing('once', 'once'), aPolicy())).rejects.toBe('once');
  });

  it('tries nothing again that has no rule', async () => {
    const policy = aPolicy();

    await expect(retry(failing('wrong'), policy)).rejects.toBe('wrong');

    expect(policy.timers.startedMs).toEqual([]);
  });

  it('waits at least as long as the other side asked, and not much longer', async () => {
    const policy = aPolicy();

    await retry(failing('later'), policy);

    expect(policy.timers.startedMs).toEqual([2_100]);
  });

  it('does not begin a wait that is longer than the caller has patience for', async () => {
    await expect(retry(failing('later'), aPolicy({ patienceMs: () => 1_999 }))).rejects.toBe('later');
  });

  it('stops waiting when the signal fires', async () => {
    const controller = new AbortController();
    const timers = new StoppedTimers();
    const retried = retry(failing('busy'), { ...aPolicy(), signal: controller.signal, timers, onRetry: () => queueMicrotask(() => controller.abort('left')) });

    await expect(retried).rejects.toBe('left');
    expect(timers.pending).toBe(0);
  });

  it('tries nothing again after the signal has fired', async () => {
    const signal = AbortSignal.abort('left');

    await expect(retry(failing('busy'), aPolicy({ signal }))).rejects.toBe('busy');
  });

  it('says what it is about to do', async () => {
    const said: unknown[] = [];

    await retry(failing('busy'), aPolicy({ onRetry: (error, delayMs) => said.push([error, delayMs]) }));

    expect(said).toEqual([['busy', 500]]);
  });
});

describe('a retry budget', () => {
  it('allows one extra call for every ten', async () => {
    const budget = new RetryBudget({ share: 0.1, burst: 1 });
    let calls = 0;
    const operation = () => {
      calls++;
      return Promise.reject('busy');
    };

    for (let call = 0; call < 100; call++) await retry(operation, aPolicy({ budget })).catch(() => undefined);

    expect(calls).toBeGreaterThan(100);
    expect(calls).toBeLessThanOrEqual(112);
  });

  it('does not save up more than its burst', () => {
    const budget = new RetryBudget({ share: 0.5, burst: 2 });

    for (let call = 0; call < 100; call++) budget.countCall();

    expect([budget.trySpend(), budget.trySpend(), budget.trySpend()]).toEqual([true, true, false]);
  });

  it('is not charged for a wait that is not begun', async () => {
    const budget = new RetryBudget({ share: 0, burst: 1 });

    await retry(failing('later'), aPolicy({ budget, patienceMs: () => 0 })).catch(() => undefined);

    expect(budget.trySpend()).toBe(true);
  });

  it('refuses shares and bursts that make no sense', () => {
    expect(() => new RetryBudget({ share: 2 })).toThrow(RangeError);
    expect(() => new RetryBudget({ burst: -1 })).toThrow(RangeError);
  });
});
