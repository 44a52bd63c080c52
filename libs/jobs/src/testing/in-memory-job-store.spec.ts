import { describe, expect, it } from '@jest/globals';
import { anOrder } from './a-job.ts';
import { InMemoryJobStore } from './in-memory-job-store.ts';
import { InMemoryJobLedger } from './in-memory-logs.ts';
import { jobLifeContract } from './job-life.contract.ts';
import { jobStoreContract } from './job-store.contract.ts';

describe('InMemoryJobStore', () => {
  jobStoreContract((clock) => new InMemoryJobStore(clock));

  jobLifeContract({
    openStore: (clock) => new InMemoryJobStore(clock),
    openLedger: () => {
      const ledger = new InMemoryJobLedger();
      return { ledger, rowCountOf: async () => ledger.rows.size };
    },
    runs: 500,
  });

  it('fails as a table that cannot be reached when it is down', async () => {
    const store = new InMemoryJobStore();
    store.isDown = true;

    await expect(store.create(anOrder(), AbortSignal.timeout(1_000))).rejects.toMatchObject({ kind: 'unavailable', code: 'jobs.unavailable' });
    expect(await store.isReachable()).toBe(false);
  });
});
