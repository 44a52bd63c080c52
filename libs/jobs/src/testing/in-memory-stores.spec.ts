import { describe } from '@jest/globals';
import { batchStoreContract } from './batch-store.contract.ts';
import { idempotencyRecordsContract } from './idempotency-records.contract.ts';
import { InMemoryBatchStore } from './in-memory-batch-store.ts';
import { InMemoryIdempotencyRecords } from './in-memory-idempotency-records.ts';
import { InMemoryJobResults } from './in-memory-job-results.ts';
import { InMemoryJobLedger, InMemoryRedriveLog } from './in-memory-logs.ts';
import { jobLedgerContract } from './job-ledger.contract.ts';
import { jobResultsContract } from './job-results.contract.ts';
import { redriveLogContract } from './redrive-log.contract.ts';

describe('InMemoryBatchStore', () => batchStoreContract((clock) => new InMemoryBatchStore(clock)));
describe('InMemoryIdempotencyRecords', () => idempotencyRecordsContract((clock) => new InMemoryIdempotencyRecords(clock)));
describe('InMemoryJobResults', () => jobResultsContract(() => new InMemoryJobResults()));
describe('InMemoryRedriveLog', () => redriveLogContract(() => new InMemoryRedriveLog()));
describe('InMemoryJobLedger', () =>
  jobLedgerContract(() => {
    const ledger = new InMemoryJobLedger();
    return {
      ledger,
      rowsOf: async (tenantId) =>
        [...ledger.rows.values()]
          .filter(({ owner }) => owner.tenantId === tenantId)
          .map(({ jobId, status, attempt, outcome, spent }) => ({
            jobId,
            outcome: status,
            attempts: attempt,
            ownerCostUsd: status === 'completed' ? (outcome?.costUsd ?? 0) : 0,
            wasteUsd: spent.costUsd,
          })),
    };
  }));
