import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Covers } from '../covers.ts';

/** What every Covers promises. `open` gives one that holds these covers and no other. */
export function coversContract(open: (covers: Readonly<Record<string, Uint8Array>>) => Promise<Covers> | Covers): void {
  describe('as Covers', () => {
    const { signal } = new AbortController();
    const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255, 13, 10]);
    let covers: Covers;
    beforeAll(async () => void (covers = await open({ 'covers/MNG-SHELF001.png': picture })));
    afterAll(() => covers.close());

    it('gives a picture as it was put', async () => {
      expect(Buffer.from(await covers.get('covers/MNG-SHELF001.png', 8, signal))).toEqual(Buffer.from(picture));
    });

    it('refuses a picture that is larger than allowed', async () => {
      await expect(covers.get('covers/MNG-SHELF001.png', 7, signal)).rejects.toMatchObject({ kind: 'invalid', code: 'catalogue.cover-too-large' });
    });

    it('says that there is none', async () => {
      await expect(covers.get('covers/MNG-NOSUCHID.png', 8, signal)).rejects.toMatchObject({ kind: 'not-found', code: 'catalogue.no-cover' });
    });

    it('stops when it is told to', async () => {
      await expect(covers.get('covers/MNG-SHELF001.png', 8, AbortSignal.abort())).rejects.toThrow();
    });

    it('is reachable', async () => {
      expect(await covers.isReachable(signal)).toBe(true);
    });
  });
}
