import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiKeys } from '../credentials.ts';
import { generateApiKey } from '../keys/api-key.ts';
import { DEMO_PRINCIPAL } from './known-api-keys.ts';

export interface OpenedApiKeys {
  keys: ApiKeys;
  /** A live key of `DEMO_PRINCIPAL`. */
  liveKey: string;
}

export function apiKeysContract(open: () => Promise<OpenedApiKeys>): void {
  describe('as ApiKeys', () => {
    const { signal } = new AbortController();
    let keys: ApiKeys;
    let liveKey: string;
    beforeAll(async () => ({ keys, liveKey } = await open()));
    afterAll(() => keys.close());

    it('says whose a key is', async () => {
      expect(await keys.verify(liveKey, signal)).toEqual(DEMO_PRINCIPAL);
    });

    it('knows no other key', async () => {
      const lastSwapped = liveKey.slice(0, -1) + (liveKey.endsWith('x') ? 'y' : 'x');
      for (const wrong of [generateApiKey(), lastSwapped, `${liveKey} `, liveKey.toUpperCase(), '', '\u0000', '__proto__', 'x'.repeat(5_000)]) {
        expect(await keys.verify(wrong, signal)).toBeUndefined();
      }
    });
  });
}
