import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import type { WebhookSecret } from '../webhook-endpoint.ts';
import { newSecret } from './secret-box.ts';
import { signedHeaders } from './signed-headers.ts';

const PAYLOADS = 10_000;
const JAPANESE = [...'鬼滅の刃進撃巨人〜ー①ｶﾞが゙葛󠄀𠮷👹👨‍👩‍👧‍👦🇯🇵\u0000\u2028\ufeff"\\'];

const japanese = fc.array(fc.constantFrom(...JAPANESE), { maxLength: 60 }).map((characters) => characters.join(''));
/** Sizes at the edges of HMAC's 64-byte blocks and of base64's groups. */
const edgeSizes = fc.constantFrom(0, 1, 2, 3, 23, 24, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1_023, 1_024, 19_999).map((size) => 'あ'.repeat(size / 3) + 'x'.repeat(size % 3));
const body = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), japanese, edgeSizes, fc.json({ noUnicodeString: false })).map((text) => text.toWellFormed());
const webhookId = fc.uuid().map((uuid) => `evt_${uuid.replaceAll('-', '')}`);
const seconds = fc.integer({ min: -299, max: 299 });
const key = fc.uint8Array({ minLength: 24, maxLength: 64 }).map((bytes): WebhookSecret => `whsec_${Buffer.from(bytes).toString('base64')}`);

describe('the headers of a webhook', () => {
  it(`are what npm’s standardwebhooks makes and takes, for ${PAYLOADS} payloads`, () => {
    let taken = 0;
    fc.assert(
      fc.property(webhookId, seconds, body, key, (id, shift, text, secret) => {
        const at = new Date(Date.now() + shift * 1_000);
        const headers = signedHeaders(id, at.getTime(), Buffer.from(text), [secret]);

        expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(id, at, text));
        new Webhook(secret).verify(text, { ...headers }, { jsonParse: false });
        taken++;
      }),
      { numRuns: PAYLOADS },
    );
    expect(taken).toBe(PAYLOADS);
  });

  it('satisfy a receiver with the old secret and one with the new', () => {
    const [older, newer] = [newSecret(), newSecret()];
    const text = '{"title":"鬼滅の刃"}';
    const headers = { ...signedHeaders('evt_1', Date.now(), Buffer.from(text), [newer, older]) };

    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
    for (const secret of [older, newer]) expect(new Webhook(secret).verify(text, headers)).toEqual({ title: '鬼滅の刃' });
    expect(() => new Webhook(newSecret()).verify(text, headers)).toThrow('No matching signature');
  });

  it('fit no other body, id or time', () => {
    const secret = newSecret();
    const headers = { ...signedHeaders('evt_1', Date.now(), Buffer.from('{}'), [secret]) };
    const verify = (text: string, change: object) => () => new Webhook(secret).verify(text, { ...headers, ...change });

    expect(verify('{}', {})).not.toThrow();
    expect(verify('{} ', {})).toThrow();
    expect(verify('{}', { 'webhook-id': 'evt_2' })).toThrow();
    expect(verify('{}', { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 1) })).toThrow();
    expect(verify('{}', signedHeaders('evt_1', Date.now() - 301_000, Buffer.from('{}'), [secret]))).toThrow('too old');
  });

  it('sign bytes as they are, also those that are no text', () => {
    const bytes = randomBytes(100);
    const secret = newSecret();

    const one = signedHeaders('evt_1', 0, bytes, [secret])['webhook-signature'];

    expect(one).not.toBe(signedHeaders('evt_1', 0, Buffer.from(bytes.toString('utf8')), [secret])['webhook-signature']);
  });
});
