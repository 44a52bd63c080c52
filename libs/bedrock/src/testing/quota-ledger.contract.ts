import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { QuotaAnswer, QuotaLedger } from '../quota/quota-ledger.ts';

export interface QuotaLedgerHarness {
  quota: QuotaLedger;
  advance(byMs: number): void;
  /** Settling happens behind the caller; this waits for it. */
  settled(): Promise<unknown>;
  close(): Promise<void>;
}

const budget = { tokensPerMinute: 1_000, requestsPerMinute: 3 };

/** What every count of a quota promises. */
export function quotaLedgerContract(open: () => Promise<QuotaLedgerHarness>): void {
  describe('as a QuotaLedger', () => {
    let harness: QuotaLedgerHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const take = (tokens: number, modelId = 'a') => harness.quota.reserve(modelId, tokens, budget);
    const isAdmitted = async (tokens: number, modelId?: string) => (await take(tokens, modelId)).admitted;
    const settle = async (answer: QuotaAnswer, tokens: number) => {
      if (answer.admitted) answer.settle(tokens);
      await harness.settled();
    };

    it('admits until the tokens of the minute are used up', async () => {
      expect([await isAdmitted(600), await isAdmitted(401), await isAdmitted(400), await isAdmitted(1)]).toEqual([true, false, true, false]);
    });

    it('admits until the requests of the minute are used up', async () => {
      expect([await isAdmitted(1), await isAdmitted(1), await isAdmitted(1), await isAdmitted(1)]).toEqual([true, true, true, false]);
    });

    it('counts every model for itself', async () => {
      expect([await isAdmitted(1_000, 'a'), await isAdmitted(1_000, 'b'), await isAdmitted(1, 'a')]).toEqual([true, true, false]);
    });

    it('says how long a call has to wait, and admits it then', async () => {
      await take(700);
      harness.advance(20_000);
      await take(200);

      const refused = await take(500);

      const waitMs = refused.admitted ? 0 : refused.waitMs;
      expect(waitMs).toBeGreaterThan(35_000);
      expect(waitMs).toBeLessThanOrEqual(45_000);
      harness.advance(waitMs);
      expect(await isAdmitted(500)).toBe(true);
    });

    it('never lets any sixty seconds hold more than the minute allows', async () => {
      await take(1_000);
      harness.advance(59_999);

      expect(await isAdmitted(1)).toBe(false);
    });

    it('gives back what was not used, and takes what was used beyond', async () => {
      await settle(await take(900), 100);
      expect(await isAdmitted(901)).toBe(false);

      const second = await take(100);
      await settle(second, 900);

      expect(await isAdmitted(1)).toBe(false);
    });

    it('settles once', async () => {
      const first = await take(900);
      await settle(first, 500);
      await settle(first, 0);

      expect([await isAdmitted(501), await isAdmitted(500)]).toEqual([false, true]);
    });

    it('lets a call that is larger than the budget run alone', async () => {
      expect([await isAdmitted(5_000), await isAdmitted(1)]).toEqual([true, false]);
    });

    it('admits no more than fit when many ask at once', async () => {
      const answers = await Promise.all([400, 400, 400, 400].map((tokens) => take(tokens)));

      expect(answers.filter(({ admitted }) => admitted)).toHaveLength(2);
    });
  });
}
