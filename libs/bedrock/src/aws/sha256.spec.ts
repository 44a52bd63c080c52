import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash, createHmac } from 'node:crypto';
import { Sha256 } from './sha256.ts';

const bytes = fc.uint8Array({ maxLength: 200 });
const parts = fc.array(fc.oneof(fc.string(), bytes), { maxLength: 4 });
const whole = (data: readonly (string | Uint8Array)[]) => Buffer.concat(data.map((part) => Buffer.from(part as Uint8Array)));

describe('SHA-256 for the signer', () => {
  it('is that of everything it was given, in order', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (data) => {
        const hash = new Sha256();
        for (const part of data) hash.update(part);

        expect(Buffer.from(await hash.digest())).toEqual(createHash('sha256').update(whole(data)).digest());
      }),
    );
  });

  it('is keyed with a text or with bytes, whatever was asked for before', async () => {
    const secret = fc.oneof(fc.constantFrom('one', 'two'), bytes);
    const message = fc.constantFrom('id', 'other', new Uint8Array([105, 100]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(secret, message), { minLength: 2, maxLength: 6 }), async (asked) => {
        for (const [key, data] of asked) {
          const hash = new Sha256(key);
          hash.update(data);

          expect(Buffer.from(await hash.digest())).toEqual(createHmac('sha256', key).update(data).digest());
        }
      }),
    );
  });

  it('begins again when it is told to', async () => {
    const hash = new Sha256();
    hash.update('wrong');
    hash.reset();
    hash.update('right');

    expect(Buffer.from(await hash.digest())).toEqual(createHash('sha256').update('right').digest());
  });
});
