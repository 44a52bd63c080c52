import { describe, expect, it } from '@jest/globals';
import { VirtualTime } from '../testing/index.ts';
import { PollLoop } from './poll-loop.ts';

const IDLE_MS = 60_000;

/** A loop with nothing to do, and the moments of its rounds. */
function aLoop() {
  const time = new VirtualTime();
  const roundsAtMs: number[] = [];
  const round = async (): Promise<boolean> => {
    roundsAtMs.push(time.clock.nowMs());
    return false;
  };
  const loop = new PollLoop({ round, timers: time, idleMs: IDLE_MS, random: () => 0.5 });
  loop.start();
  return { time, roundsAtMs, loop };
}

describe('a loop that looks for work', () => {
  it('looks soon after a nudge, however many others follow', async () => {
    const { time, roundsAtMs, loop } = aLoop();
    await time.pass(1_000);
    const nudgedAtMs = time.clock.nowMs();

    for (let nudge = 0; nudge < 500; nudge++) {
      loop.nudge();
      await time.pass(20);
    }

    expect((roundsAtMs[1] ?? Infinity) - nudgedAtMs).toBeLessThanOrEqual(25);
    // Ten seconds of nudges, one each 20 ms: a round for every one or two of them.
    expect(roundsAtMs.length).toBeGreaterThan(250);
    await loop.stop();
  });

  it('takes any number of nudges in one pause for one', async () => {
    const { time, roundsAtMs, loop } = aLoop();
    await time.pass(1_000);

    for (let nudge = 0; nudge < 20_000; nudge++) loop.nudge();
    await time.pass(1_000);

    expect(roundsAtMs).toHaveLength(2);
    await loop.stop();
  });

  it('looks once more for a nudge that came while it was looking', async () => {
    const { time, roundsAtMs, loop } = aLoop();

    loop.nudge();
    await time.pass(1_000);

    expect(roundsAtMs).toHaveLength(2);
    await loop.stop();
  });

  it('waits its whole pause again once it has followed a nudge', async () => {
    const { time, roundsAtMs, loop } = aLoop();
    await time.pass(1_000);
    loop.nudge();
    await time.pass(IDLE_MS - 1_000);

    expect(roundsAtMs).toHaveLength(2);
    await time.pass(2_000);
    expect(roundsAtMs).toHaveLength(3);
    await loop.stop();
  });
});
