import { describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { CircuitBreaker } from './index.ts';

function aBreaker() {
  const clock = new StoppedClock();
  return { clock, breaker: new CircuitBreaker({ clock, openMs: 1_000 }) };
}

function fail(breaker: CircuitBreaker, times: number) {
  for (let time = 0; time < times; time++) breaker.enter()?.failed();
}

describe('a circuit breaker', () => {
  it('lets calls pass until half of the latest have failed', () => {
    const { breaker } = aBreaker();

    fail(breaker, 4);
    expect(breaker.state.state).toBe('closed');
    fail(breaker, 1);

    expect(breaker.state.state).toBe('open');
    expect(breaker.enter()).toBeUndefined();
    expect(breaker.retryAfterMs).toBe(1_000);
  });

  it('takes more failures to open when much has gone well lately', () => {
    const { breaker } = aBreaker();
    for (let call = 0; call < 20; call++) breaker.enter()?.succeeded();

    fail(breaker, 9);
    expect(breaker.state.state).toBe('closed');
    fail(breaker, 1);

    expect(breaker.state.state).toBe('open');
  });

  it('does not count endings that say nothing about health', () => {
    const { breaker } = aBreaker();

    for (let call = 0; call < 100; call++) breaker.enter()?.ignored();

    expect(breaker.state).toEqual({ state: 'closed', outcomes: [] });
  });

  it('lets one probe through after its time, and closes when that succeeds', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 5);

    clock.advance(1_000);
    const probe = breaker.enter();
    expect(probe).toBeDefined();
    expect(breaker.enter()).toBeUndefined();
    probe?.succeeded();

    expect(breaker.state).toEqual({ state: 'closed', outcomes: [] });
    expect(breaker.enter()).toBeDefined();
  });

  it('opens again when the probe fails', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 5);
    clock.advance(1_000);

    breaker.enter()?.failed();

    expect(breaker.state.state).toBe('open');
    expect(breaker.retryAfterMs).toBe(1_000);
  });

  it('sends another probe when one ended without a verdict', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 5);
    clock.advance(1_000);

    breaker.enter()?.ignored();

    expect(breaker.state).toEqual({ state: 'half-open', isProbing: false });
    expect(breaker.enter()).toBeDefined();
  });

  it('hears one word per passage', () => {
    const { breaker } = aBreaker();
    const passage = breaker.enter();

    for (let time = 0; time < 10; time++) passage?.failed();

    expect(breaker.state).toEqual({ state: 'closed', outcomes: [true] });
  });

  it('does not hear calls from before it opened', () => {
    const { breaker, clock } = aBreaker();
    const old = breaker.enter();
    fail(breaker, 5);
    clock.advance(1_000);
    breaker.enter();

    old?.succeeded();

    expect(breaker.state).toEqual({ state: 'half-open', isProbing: true });
  });
});
