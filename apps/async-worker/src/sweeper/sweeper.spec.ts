import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { createMetrics } from '@manga-assist/observability';
import { silentLogger } from '@manga-assist/observability/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { AsyncWorkerConfig } from '../config.ts';
import { JobWatch } from '../jobs/job-watch.ts';
import { TimeLimits } from '../jobs/time-limits.ts';
import type { SweepBatches } from './sweep-batches.ts';
import type { SweepJobs } from './sweep-jobs.ts';
import { Sweeper } from './sweeper.ts';

/** How often each was looked for, while batches hang until their time is up. */
class Looks {
  jobs = 0;
  batches = 0;
  readonly timers = new StoppedTimers();
  readonly sweeper: Sweeper;

  constructor() {
    const jobs = { run: async () => (this.jobs++, 0) };
    const batches = {
      run: (signal: AbortSignal) => {
        this.batches++;
        return new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    };
    const limits = new TimeLimits(new StoppedClock(), this.timers);
    const watch = new JobWatch(createMetrics({ service: 'test' }), silentLogger());
    this.sweeper = new Sweeper(jobs as unknown as SweepJobs, batches as unknown as SweepBatches, watch, new AsyncWorkerConfig(), limits, silentLogger());
  }

  /** The longest time between two looks, and all that comes of it. */
  async pass(): Promise<void> {
    this.timers.advance(7_500);
    await setImmediate();
  }
}

describe('sweeping', () => {
  it('goes on with jobs while batches hang, which are looked for again when their time is up', async () => {
    const looks = new Looks();
    looks.sweeper.onApplicationBootstrap();

    for (let count = 1; count <= 3; count++) {
      await looks.pass();
      expect(looks.jobs).toBeGreaterThanOrEqual(count);
    }
    expect(looks.batches).toBe(1);
    for (let passed = 0; looks.batches < 2; passed += 7_500) {
      expect(passed).toBeLessThan(60_000);
      await looks.pass();
    }

    await looks.sweeper.beforeApplicationShutdown();
    expect(looks.timers.pending).toBe(0);
  });
});
