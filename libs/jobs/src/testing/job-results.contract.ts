import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JobResults, ResultPlace } from '../job-results.ts';

/** What every JobResults promises. */
export function jobResultsContract(open: () => JobResults): void {
  describe('as JobResults', () => {
    let results: JobResults;
    let place: ResultPlace;

    const signal = () => AbortSignal.timeout(20_000);

    beforeEach(() => {
      results = open();
      place = { owner: { tenantId: 'store' }, jobId: randomUUID(), attempt: 1 };
    });

    it('give a result back, and say how long it is', async () => {
      const result = { text: '『ワンピース』𠮷', list: [1, null, { deep: '' }] };

      const { key, bytes } = await results.put(place, result, signal());

      expect(bytes).toBe(Buffer.byteLength(JSON.stringify(result)));
      expect(await results.get(key, signal())).toEqual(result);
    });

    it('keep every attempt for itself', async () => {
      const late = await results.put(place, { of: 1 }, signal());
      const winner = await results.put({ ...place, attempt: 2 }, { of: 2 }, signal());

      expect(late.key).toBe(`results/store/${place.jobId}/1.json`);
      expect(winner.key).toBe(`results/store/${place.jobId}/2.json`);
      expect(await results.get(late.key, signal())).toEqual({ of: 1 });
      expect(await results.get(winner.key, signal())).toEqual({ of: 2 });
    });

    it('keep tenants apart, whatever they are called', async () => {
      const names = ['a/b', '..', 'a', 'A', '店', 'a%2Fb'];

      const keys = await Promise.all(names.map(async (tenantId) => (await results.put({ ...place, owner: { tenantId } }, { tenantId }, signal())).key));

      expect(new Set(keys).size).toBe(names.length);
      expect(keys.every((key) => key.split('/').length === 4 && !key.includes('..'))).toBe(true);
      expect(await Promise.all(keys.map((key) => results.get(key, signal())))).toEqual(names.map((tenantId) => ({ tenantId })));
    });

    it('give a long job its checkpoints back', async () => {
      const first = await results.putCheckpoint(place, 1, { chapters: ['one'] }, signal());
      const second = await results.putCheckpoint(place, 2, { chapters: ['one', 'two'] }, signal());

      expect(await results.getCheckpoint(first, signal())).toEqual({ chapters: ['one'] });
      expect(await results.getCheckpoint(second, signal())).toEqual({ chapters: ['one', 'two'] });
    });

    it('know what is not there', async () => {
      await expect(results.get(`results/store/${place.jobId}/1.json`, signal())).rejects.toMatchObject({ kind: 'not-found', code: 'jobs.no-result' });
      await expect(results.getCheckpoint(`checkpoints/store/${place.jobId}/1-1.json`, signal())).rejects.toMatchObject({ kind: 'not-found' });
    });

    it('link to a result for so many seconds', async () => {
      const { key } = await results.put(place, { of: 1 }, signal());

      const link = new URL(await results.link(key, 900));

      expect(link.pathname.endsWith(key)).toBe(true);
      expect(link.searchParams.get('X-Amz-Expires')).toBe('900');
    });

    it('are reachable', async () => {
      expect(await results.isReachable(signal())).toBe(true);
    });
  });
}
