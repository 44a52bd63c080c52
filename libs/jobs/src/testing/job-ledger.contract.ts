import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndedJob } from '../job.ts';
import type { JobLedger } from '../job-ledger.ts';
import { anEndedJob, anOutcome } from './a-job.ts';

/** What every ledger's row says, whatever it is called there. */
export interface SettledJob {
  jobId: string;
  outcome: string;
  attempts: number;
  ownerCostUsd: number;
  wasteUsd: number;
}

export interface OpenLedger {
  ledger: JobLedger;
  /** All rows there are of a tenant's jobs. */
  rowsOf(tenantId: string): Promise<SettledJob[]>;
}

/** What every JobLedger promises. */
export function jobLedgerContract(open: () => OpenLedger): void {
  describe('as a JobLedger', () => {
    let ledger: JobLedger;
    let rowsOf: OpenLedger['rowsOf'];
    let tenantId: string;

    const signal = () => AbortSignal.timeout(20_000);
    const aJobOfIts = (fields: Partial<EndedJob> = {}): EndedJob => anEndedJob({ owner: { tenantId, subject: 's' }, ...fields });

    beforeEach(() => {
      ({ ledger, rowsOf } = open());
      tenantId = `tenant-${Math.random()}`;
    });

    it('has one row for a job, however often it is told', async () => {
      const job = aJobOfIts({ spent: { inputTokens: 1, outputTokens: 1, costUsd: 0.5 } });

      await Promise.all([1, 2, 3].map(() => ledger.settle(job, signal())));

      expect(await rowsOf(tenantId)).toEqual([{ jobId: job.jobId, outcome: 'completed', attempts: 1, ownerCostUsd: 0.25, wasteUsd: 0.5 }]);
    });

    it('books as waste what the end says is not in the result, whatever earlier attempts have booked', async () => {
      const waste = { inputTokens: 20, outputTokens: 2, costUsd: 0.125 };
      const job = aJobOfIts({ spent: { inputTokens: 100, outputTokens: 9, costUsd: 0.75 }, outcome: anOutcome({ costUsd: 0.625, waste }) });

      await ledger.settle(job, signal());

      expect(await rowsOf(tenantId)).toMatchObject([{ ownerCostUsd: 0.625, wasteUsd: 0.125 }]);
    });

    it.each(['failed', 'cancelled', 'expired'] as const)('lets nobody pay for a job that %s, and books what it cost', async (status) => {
      const { outcome: _outcome, ...job } = aJobOfIts({ status, spent: { inputTokens: 100, outputTokens: 9, costUsd: 0.75 } });

      await ledger.settle(job, signal());

      expect(await rowsOf(tenantId)).toMatchObject([{ outcome: status, ownerCostUsd: 0, wasteUsd: 0.75 }]);
    });

    it('has one row for a job that was redriven: of how it ended at last', async () => {
      const { outcome: _outcome, ...failed } = aJobOfIts({ status: 'failed', attempt: 3, spent: { inputTokens: 100, outputTokens: 9, costUsd: 0.75 } });
      const completed = { ...failed, status: 'completed' as const, attempt: 4, outcome: anOutcome() };

      await ledger.settle(failed, signal());
      await ledger.settle(completed, signal());
      await ledger.settle(failed, signal());

      expect(await rowsOf(tenantId)).toEqual([{ jobId: failed.jobId, outcome: 'completed', attempts: 4, ownerCostUsd: 0.25, wasteUsd: 0.75 }]);
    });

    it('has a row for a job that was never begun', async () => {
      const { outcome: _outcome, ...job } = aJobOfIts({ status: 'cancelled', attempt: 0 });

      await ledger.settle(job, signal());

      expect(await rowsOf(tenantId)).toMatchObject([{ attempts: 0, ownerCostUsd: 0, wasteUsd: 0 }]);
    });
  });
}
