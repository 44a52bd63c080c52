import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './address-rules.ts';
import { allowedNetworksProblem, PUBLIC_ONLY } from './callback-policy.ts';
import { checkCallbackUrl, mayConnect } from './callback-url.ts';

interface Vectors {
  addresses: { deny: string[]; allow: string[] };
  urls: { reject: string[]; accept: string[] };
}
const vectors = JSON.parse(readFileSync(new URL('../../fixtures/ssrf.json', import.meta.url), 'utf8')) as Vectors;
const LOCAL = { ports: [443], allowedNetworks: ['127.0.0.0/8', '::1/128'] };

describe('an address that a name resolves to', () => {
  it.each(vectors.addresses.deny)('is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
    expect(mayConnect(address, false, PUBLIC_ONLY)).toBe(false);
  });

  it.each(vectors.addresses.allow)('is public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
    expect(mayConnect(address, false, PUBLIC_ONLY)).toBe(true);
  });

  it('may lie in a network of the policy, and only there when the URL is good for nothing else', () => {
    expect(mayConnect('127.0.0.1', false, LOCAL)).toBe(true);
    expect(mayConnect('::1', true, LOCAL)).toBe(true);
    expect(mayConnect('8.8.8.8', true, LOCAL)).toBe(false);
    expect(mayConnect('10.0.0.1', false, LOCAL)).toBe(false);
    expect(mayConnect('::ffff:127.0.0.1', true, LOCAL)).toBe(false);
  });
});

describe('a callback URL', () => {
  it.each(vectors.urls.reject)('is refused: %j', (url) => {
    expect(checkCallbackUrl(url, PUBLIC_ONLY)).toMatchObject({ message: expect.any(String) });
  });

  it.each(vectors.urls.accept)('is accepted: %j', (url) => {
    expect(checkCallbackUrl(url, PUBLIC_ONLY)).toBeUndefined();
  });

  it.each([
    'https://127.0.0.1../',
    'https://169.254.169.254../latest',
    'https://localhost../',
    'https://foo.internal../',
    'https://hooks.partner-shop.jp../',
    'https://hooks..partner-shop.jp/',
    'https://.partner-shop.jp/',
    'https://hooks.partner-shop.jp。。/',
    'https://../',
  ])('is refused when its name has an empty part, also on one’s own machine: %j', (url) => {
    for (const policy of [PUBLIC_ONLY, LOCAL]) expect(checkCallbackUrl(url, policy)?.reason).toBe('form');
  });

  it('may end with the one dot of the root, which changes nothing', () => {
    expect(checkCallbackUrl('https://hooks.partner-shop.jp./', PUBLIC_ONLY)).toBeUndefined();
    for (const url of ['https://127.0.0.1./', 'https://localhost./', 'https://foo.internal./']) expect(checkCallbackUrl(url, PUBLIC_ONLY)).toBeDefined();
  });

  it('is told what is wrong with it', () => {
    const reasonOf = (url: string) => checkCallbackUrl(url, PUBLIC_ONLY)?.reason;

    expect(reasonOf('http://hooks.partner-shop.jp/')).toBe('scheme');
    expect(reasonOf('https://hooks.partner-shop.jp:8443/')).toBe('port');
    expect(reasonOf('https://169.254.169.254/latest')).toBe('address');
    expect(reasonOf('https://redis/')).toBe('reserved-name');
    expect(reasonOf('https://hooks.partner-shop.jp/#')).toBe('fragment');
    expect(reasonOf('https://me@hooks.partner-shop.jp/')).toBe('user-info');
    expect(reasonOf(`https://hooks.partner-shop.jp/${'a'.repeat(2_048)}`)).toBe('length');
  });

  it('of one’s own machine is good where its network is allowed, over http and on any port', () => {
    for (const url of ['http://127.0.0.1:9000/hook', 'http://localhost:9000/', 'https://127.0.0.1/', 'http://[::1]:9000/']) {
      expect(checkCallbackUrl(url, LOCAL)).toBeUndefined();
      expect(checkCallbackUrl(url, PUBLIC_ONLY)).toBeDefined();
    }
    for (const url of ['http://10.0.0.1/', 'ftp://localhost/', 'http://[::ffff:127.0.0.1]/', 'http://me@localhost/']) expect(checkCallbackUrl(url, LOCAL)).toBeDefined();
  });
});

describe('networks as a setting', () => {
  it('are refused in production', () => {
    expect(allowedNetworksProblem(['127.0.0.0/8'], 'production')).toMatch(/must be empty/);
    expect(allowedNetworksProblem([], 'production')).toBeUndefined();
    expect(allowedNetworksProblem(['127.0.0.0/8', '::1/128'], 'development')).toBeUndefined();
  });

  it.each(['127.0.0.1', '127.0.0.0/33', '::1/129', 'localhost/8', ''])('are refused when they are none: %j', (network) => {
    expect(allowedNetworksProblem([network], undefined)).toMatch(/is not a network/);
  });
});
