import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import type { IdempotencyAnswer, IdempotencyRecords, IdempotentCall } from '../idempotency-records.ts';

/** What every IdempotencyRecords promises. */
export function idempotencyRecordsContract(open: (clock: StoppedClock) => IdempotencyRecords): void {
  describe('as IdempotencyRecords', () => {
    let clock: StoppedClock;
    let records: IdempotencyRecords;
    let call: IdempotentCall;

    const signal = () => AbortSignal.timeout(20_000);
    const begin = (fields: Partial<IdempotentCall> = {}): Promise<IdempotencyAnswer> => records.begin({ ...call, ...fields }, signal());
    const answer = '{"request_id":"r-1"}';

    beforeEach(() => {
      clock = new StoppedClock(Date.now());
      records = open(clock);
      call = { owner: { tenantId: 'store', subject: 'partner-1' }, operation: 'POST /v1/manga/requests', key: randomUUID(), fingerprint: 'f1' };
    });

    it('let the first of many racing requests go on, and no other', async () => {
      const answers = await Promise.all(Array.from({ length: 30 }, () => begin()));

      expect(answers.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
      expect(answers.filter(({ kind }) => kind === 'running')).toHaveLength(29);
    });

    it('give all repetitions the first answer', async () => {
      await begin();
      await records.finish(call, answer, signal());
      await records.finish(call, 'another', signal());

      expect(await Promise.all([begin(), begin()])).toEqual([
        { kind: 'finished', answer },
        { kind: 'finished', answer },
      ]);
    });

    it('refuse a key that was used for another request, running or finished', async () => {
      await begin();
      expect(await begin({ fingerprint: 'f2' })).toEqual({ kind: 'mismatch' });
      await records.finish(call, answer, signal());
      expect(await begin({ fingerprint: 'f2' })).toEqual({ kind: 'mismatch' });
      clock.advance(60_000);
      expect(await begin({ fingerprint: 'f2' })).toEqual({ kind: 'mismatch' });
    });

    it('keep callers, operations and keys apart', async () => {
      await begin();

      const others: Partial<IdempotentCall>[] = [
        { owner: { tenantId: 'partner', subject: 'partner-1' } },
        { owner: { tenantId: 'store', subject: 'partner-2' } },
        { operation: 'POST /v1/manga/batch' },
        { key: `${call.key}!` },
        { owner: { tenantId: 'store","partner-1', subject: '' } },
      ];
      for (const other of others) expect(await begin(other)).toEqual({ kind: 'begun' });
    });

    it('take a key of any length and shape', async () => {
      const key = '!"#$%&/()=?~'.repeat(21).slice(0, 255);

      expect(await begin({ key })).toEqual({ kind: 'begun' });
      expect(await begin({ key })).toEqual({ kind: 'running' });
    });

    it('free the key of a request that was refused', async () => {
      await begin();
      await records.abandon(call, signal());

      expect(await begin({ fingerprint: 'f2' })).toEqual({ kind: 'begun' });
    });

    it('do not free the key of a finished request, or of another one', async () => {
      await begin();
      await records.abandon({ ...call, fingerprint: 'f2' }, signal());
      await records.finish(call, answer, signal());
      await records.abandon(call, signal());

      expect(await begin()).toEqual({ kind: 'finished', answer });
    });

    it('let a repetition go on where a request died thirty seconds ago', async () => {
      await begin();
      clock.advance(29_999);
      expect(await begin()).toEqual({ kind: 'running' });
      clock.advance(1);

      const answers = await Promise.all(Array.from({ length: 10 }, () => begin()));

      expect(answers.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    });

    it('forget after a day', async () => {
      await begin();
      await records.finish(call, answer, signal());
      clock.advance(24 * 60 * 60_000 - 1_000);
      expect((await begin()).kind).toBe('finished');
      clock.advance(2_000);

      expect(await begin({ fingerprint: 'f2' })).toEqual({ kind: 'begun' });
    });
  });
}
