import { describe } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { quotaLedgerContract } from '../testing/index.ts';
import { MemoryQuotaLedger } from './memory-quota-ledger.ts';

describe('MemoryQuotaLedger', () => {
  quotaLedgerContract(() => {
    const clock = new StoppedClock();
    const quota = new MemoryQuotaLedger({ clock });
    return Promise.resolve({ quota, advance: (byMs) => clock.advance(byMs), settled: () => Promise.resolve(), close: () => quota.close() });
  });
});
