import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { HeldMessages } from './held-messages.ts';

const away = new AppError('unavailable', 'queues.unavailable', 'away');
const settled = () => new Promise((resolve) => setImmediate(resolve));

function heldFor30s(answer: () => AppError | undefined = () => undefined) {
  const clock = new StoppedClock();
  const timers = new StoppedTimers();
  const hidden: string[] = [];
  const queue = {
    name: 'queue',
    hide: async (receiptHandle: string, delayMs: number) => {
      hidden.push(`${receiptHandle} ${delayMs}`);
      return answer();
    },
  };
  const held = new HeldMessages<typeof queue>({ hideForSeconds: 30, heartbeatEverySeconds: 10, clock, timers, onTrouble: () => undefined });
  const hold = (receiptHandle: string) => held.hold(queue, { messageId: receiptHandle, receiptHandle, body: '{}', rawAttributes: {}, receiveCount: 1, sentAtMs: 0 });
  const pass = async (ms: number) => {
    clock.advance(ms);
    timers.advance(ms);
    await settled();
  };
  return { held, hold, hidden, pass, clock, timers };
}

describe('messages in hand', () => {
  it('are all hidden anew at every beat, until they are let go', async () => {
    const { held, hold, hidden, pass } = heldFor30s();
    const first = hold('first');
    hold('second');

    await pass(10_000);
    held.letGo(first);
    await pass(10_000);

    expect(hidden).toEqual(['first 30000', 'second 30000', 'second 30000']);
  });

  it('survive a beat that fails', async () => {
    let isAway = true;
    const { hold, pass } = heldFor30s(() => (isAway ? away : undefined));
    const message = hold('message');

    await pass(10_000);
    isAway = false;
    for (let n = 0; n < 5; n++) await pass(10_000);

    expect(message.controller.signal.aborted).toBe(false);
  });

  it('are lost when no beat has come through while they were hidden', async () => {
    const { hold, pass } = heldFor30s(() => away);
    const message = hold('message');

    for (let n = 0; n < 3; n++) await pass(10_000);

    expect(message.controller.signal.reason).toMatchObject({ code: 'queues.hold-lost' });
  });

  it('are lost without asking when the process was frozen for longer than they were hidden', async () => {
    const { hold, hidden, clock, timers } = heldFor30s();
    const message = hold('message');

    clock.advance(45_000);
    timers.advance(10_000);

    expect(message.controller.signal.reason).toMatchObject({ code: 'queues.hold-lost' });
    expect(hidden).toEqual([]);
  });
});
