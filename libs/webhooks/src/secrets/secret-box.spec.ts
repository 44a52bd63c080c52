import { describe, expect, it } from '@jest/globals';
import { newSecret, SecretBox } from './secret-box.ts';

describe('a webhook’s secret', () => {
  it('is 32 random bytes, and another one every time', () => {
    const [one, other] = [newSecret(), newSecret()];

    expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(one.slice(6), 'base64')).toHaveLength(32);
    expect(other).not.toBe(one);
  });

  it('comes out of its box as it went in, and looks different each time it is put in', () => {
    const [box, secret] = [new SecretBox('key'), newSecret()];
    const sealed = box.seal(secret, 'whe_1');

    expect(sealed).not.toContain(secret.slice(6));
    expect(box.seal(secret, 'whe_1')).not.toBe(sealed);
    expect(new SecretBox('key').open(sealed, 'whe_1')).toBe(secret);
  });

  it('is sealed with the newest of several keys, and opened with any', () => {
    const secret = newSecret();
    const [older, both, newer] = [new SecretBox('older'), new SecretBox('newer, older'), new SecretBox('newer')];
    const sealed = older.seal(secret, 'whe_1');

    expect(both.open(sealed, 'whe_1')).toBe(secret);
    expect(newer.open(both.seal(secret, 'whe_1'), 'whe_1')).toBe(secret);
    expect([both.isStale(sealed, 'whe_1'), both.isStale(newer.seal(secret, 'whe_1'), 'whe_1'), older.isStale(sealed, 'whe_1'), both.isStale('v1.', 'whe_1')]).toEqual([true, false, false, false]);
    expect(newer.open(both.sealedAnew(sealed, 'whe_1'), 'whe_1')).toBe(secret);
  });

  it('needs a key', () => {
    for (const keys of ['', ' , ']) expect(() => new SecretBox(keys)).toThrow(RangeError);
  });

  it('opens with no other key, for no other endpoint, and not once it is changed', () => {
    const sealed = new SecretBox('key').seal(newSecret(), 'whe_1');
    const changed = sealed.replace(/.(.{4})$/, (last, rest: string) => (last.startsWith('A') ? 'B' : 'A') + rest);

    expect(() => new SecretBox('other').open(sealed, 'whe_1')).toThrow(expect.objectContaining({ code: 'webhooks.secret-unreadable' }));
    expect(() => new SecretBox('key').open(sealed, 'whe_2')).toThrow(expect.objectContaining({ code: 'webhooks.secret-unreadable' }));
    expect(() => new SecretBox('key').open(changed, 'whe_1')).toThrow(expect.objectContaining({ code: 'webhooks.secret-unreadable' }));
    expect(() => new SecretBox('key').open('', 'whe_1')).toThrow(expect.objectContaining({ code: 'webhooks.secret-unreadable' }));
  });
});
