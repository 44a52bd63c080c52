import { describe } from '@jest/globals';
import { costsOf } from '../job-ledger.ts';
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
          .map((job) => ({
            jobId: job.jobId,
            outcome: job.status,
            attempts: job.attempt,
            ownerCostUsd: costsOf(job).ownerCostUsd,
            wasteUsd: costsOf(job).waste.costUsd,
          })),
    };
  }));
