import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { base64url, SignJWT } from 'jose';
import { apiKeyRecord, generateApiKey, openServiceTokens } from './index.ts';
import { apiKeyParts, hashSecret } from './keys/api-key.ts';
import { RememberedVerdicts } from './keys/remembered-verdicts.ts';
import { verifyRecord } from './keys/verify-record.ts';
import { apiKeysContract, chatTicketsContract, DEMO_PRINCIPAL, inMemoryChatTickets, KnownApiKeys } from './testing/index.ts';
import { InMemoryTicketStore } from './testing/in-memory-chat-tickets.ts';
import { StoredChatTickets } from './tickets/stored-chat-tickets.ts';
import type { TicketStore } from './tickets/ticket-store.ts';

const { tenantId, subject, scopes } = DEMO_PRINCIPAL;

describe('KnownApiKeys', () => {
  apiKeysContract(async () => {
    const liveKey = generateApiKey();
    return { keys: new KnownApiKeys({ [liveKey]: DEMO_PRINCIPAL }), liveKey };
  });
});

describe('in-memory tickets', () => {
  chatTicketsContract(async () => {
    const clock = new StoppedClock();
    return { tickets: inMemoryChatTickets(clock), clock };
  });
});

describe('tickets whose fast store is down', () => {
  const down: TicketStore = {
    put: () => Promise.reject(new Error('down')),
    take: () => Promise.reject(new Error('down')),
    close: async () => undefined,
  };
  chatTicketsContract(async () => {
    const clock = new StoppedClock();
    return { tickets: new StoredChatTickets({ fast: down, safe: new InMemoryTicketStore() }, clock, (error) => error as Error), clock };
  });

  it('are unavailable when the other one is down too', async () => {
    const toError = (cause: unknown) => new AppError('unavailable', 'identity.unavailable', 'Not now.', { cause });
    const tickets = new StoredChatTickets({ fast: down, safe: down }, new StoppedClock(), toError);

    await expect(tickets.issue(DEMO_PRINCIPAL, undefined)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(tickets.redeem('x'.repeat(43), undefined)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('stay single-use when the fast store kept what it said it could not', async () => {
    const fast = new InMemoryTicketStore();
    const forgetful: TicketStore = {
      put: async (hash, ticket) => {
        await fast.put(hash, ticket);
        throw new Error('timed out');
      },
      take: (hash) => fast.take(hash),
      close: async () => undefined,
    };
    const tickets = new StoredChatTickets({ fast: forgetful, safe: new InMemoryTicketStore() }, new StoppedClock(), (error) => error as Error);
    const { ticket } = await tickets.issue(DEMO_PRINCIPAL, undefined);

    const holders = await Promise.all([tickets.redeem(ticket, undefined), tickets.redeem(ticket, undefined)]);

    expect(holders.filter(Boolean)).toHaveLength(1);
  });
});

describe('an API key', () => {
  it('has a form of its own, and a checksum that finds typing errors', () => {
    const apiKey = generateApiKey();
    const typo = apiKey.replace(/.(?=_[^_]{6}$)/, (last) => (last === 'a' ? 'b' : 'a'));

    expect(apiKey).toMatch(/^mga_live_[0-9A-Za-z]{12}_[\w-]{43}_[0-9A-Za-z]{6}$/);
    expect(apiKeyParts(apiKey)?.secret).toHaveLength(43);
    expect(apiKeyParts(typo)).toBeUndefined();
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, generateApiKey)).size).toBe(1_000);
  });

  it('leaves no trace of its secret in its record', () => {
    const apiKey = generateApiKey();
    const record = apiKeyRecord(apiKey, { tenantId, subject, scopes }, 'pepper');

    expect(JSON.stringify(record)).not.toContain(apiKeyParts(apiKey)?.secret);
    expect(record).toEqual({
      key_id: apiKeyParts(apiKey)?.keyId,
      secret_hmac: hashSecret(apiKeyParts(apiKey)?.secret ?? '', 'pepper'),
      tenant_id: 'store',
      subject: 'demo-customer-1',
      scopes: [...scopes],
      status: 'active',
    });
  });

  it('gets no record when it is none', () => {
    expect(() => apiKeyRecord('mga_live_wrong', { tenantId, subject, scopes }, 'pepper')).toThrow(TypeError);
  });

  it.each([
    ['is revoked', { status: 'revoked' }],
    ['has expired', { expires_at: 1_000 }],
    ['expires just now', { expires_at: 2_000 }],
    ['has an expiry that cannot be read', { expires_at: 'soon' }],
    ['has lost its hash', { secret_hmac: undefined }],
    ['has half a hash', { secret_hmac: 'abcd' }],
  ])('is nobody’s when its record %s', (_, change) => {
    const record = { ...apiKeyRecord('local', { tenantId, subject, scopes }, 'pepper'), ...change };

    expect(verifyRecord('local', record, 'pepper', 2_000_000)).toBeUndefined();
  });

  it('is nobody’s under another pepper', () => {
    const record = apiKeyRecord('local', { tenantId, subject, scopes }, 'pepper');

    expect(verifyRecord('local', { ...record }, 'pepper', 0)).toEqual(DEMO_PRINCIPAL);
    expect(verifyRecord('local', { ...record }, 'salt', 0)).toBeUndefined();
  });

  it('gives no scope that this version does not know', () => {
    const record = { ...apiKeyRecord('local', { tenantId, subject, scopes: ['query:write'] }, 'pepper'), scopes: ['query:write', 'everything'] };

    expect(verifyRecord('local', record, 'pepper', 0)?.scopes).toEqual(['query:write']);
  });
});

describe('verdicts about keys', () => {
  it('are remembered for five seconds', async () => {
    const clock = new StoppedClock();
    const verdicts = new RememberedVerdicts<number>(clock);
    let asked = 0;
    const ask = () => verdicts.get('a', async () => ++asked);

    await ask();
    clock.advance(4_999);
    expect(await ask()).toBe(1);
    clock.advance(1);
    expect(await ask()).toBe(2);
  });

  it('are found out once for all who wait', async () => {
    const verdicts = new RememberedVerdicts<number>(new StoppedClock());
    let asked = 0;

    const answers = await Promise.all(Array.from({ length: 50 }, () => verdicts.get('a', async () => ++asked)));

    expect(new Set(answers)).toEqual(new Set([1]));
  });

  it('are not remembered when finding out failed', async () => {
    const verdicts = new RememberedVerdicts<number>(new StoppedClock());

    await expect(verdicts.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await verdicts.get('a', async () => 7)).toBe(7);
  });

  it('are bounded: the oldest is forgotten first', async () => {
    const verdicts = new RememberedVerdicts<number>(new StoppedClock());
    for (let index = 0; index <= 10_000; index++) await verdicts.get(`key ${index}`, async () => index);

    expect(await verdicts.get('key 10000', async () => -1)).toBe(10_000);
    expect(await verdicts.get('key 0', async () => -1)).toBe(-1);
  });
});

describe('a service token', () => {
  const tokens = openServiceTokens({ secret: 'local', issuer: 'chat-gateway', audience: 'tool-service' });
  const claims = { principal: { tenantId, subject, scopes }, turnId: 'trn_1' };
  const secret = new TextEncoder().encode('local');
  const handmade = (change: (jwt: SignJWT) => SignJWT = (jwt) => jwt, header = {}) =>
    change(
      new SignJWT({ tenant_id: tenantId, scopes, turn_id: 'trn_1' })
        .setProtectedHeader({ alg: 'HS256', typ: 'mangaassist-service+jwt', ...header })
        .setIssuer('chat-gateway')
        .setAudience('tool-service')
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('30s'),
    ).sign(secret);

  it('carries for whom a service acts', async () => {
    expect(await tokens.verify(await tokens.sign(claims))).toEqual(claims);
    expect(await tokens.verify(await handmade())).toEqual(claims);
  });

  it('is for one audience', async () => {
    const elsewhere = openServiceTokens({ secret: 'local', issuer: 'tool-service', audience: 'async-worker' });

    await expect(elsewhere.verify(await tokens.sign(claims))).rejects.toMatchObject({ kind: 'unauthenticated', code: 'identity.service-token' });
  });

  const unsigned = (header: object, payload: object) =>
    `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(payload))}.`;
  it.each([
    ['without a signature', async () => unsigned({ alg: 'none', typ: 'mangaassist-service+jwt' }, { sub: subject, tenant_id: tenantId })],
    ['with a changed payload', async () => (await handmade()).replace(/\.[^.]+\./, `.${base64url.encode('{"sub":"other"}')}.`)],
    ['signed with another secret', async () => openServiceTokens({ secret: 'other', issuer: 'chat-gateway' }).sign(claims)],
    ['of another type', () => handmade(undefined, { typ: 'at+jwt' })],
    ['with another algorithm', () => handmade(undefined, { alg: 'HS512' })],
    ['with a critical header we do not know', async () => unsigned({ alg: 'HS256', typ: 'mangaassist-service+jwt', crit: ['x'], x: 1 }, {})],
    ['that has expired', () => handmade((jwt) => jwt.setIssuedAt(Date.now() / 1000 - 60).setExpirationTime(Date.now() / 1000 - 30))],
    ['that never expires', () => handmade((jwt) => jwt.setExpirationTime('10y').setIssuedAt(Date.now() / 1000 - 600))],
    ['from the future', () => handmade((jwt) => jwt.setIssuedAt(Date.now() / 1000 + 600))],
    ['without a subject', () => handmade((jwt) => jwt.setSubject(''))],
    ['for another audience', () => handmade((jwt) => jwt.setAudience('rest-api'))],
    ['longer than 8 KiB', async () => `${await handmade()}${'x'.repeat(9_000)}`],
    ['that is none', async () => 'local'],
    ['that is empty', async () => ''],
  ])('is refused %s', async (_, make) => {
    await expect(tokens.verify(await make())).rejects.toMatchObject({ kind: 'unauthenticated', code: 'identity.service-token' });
  });

  it('is not repeated in the refusal', async () => {
    const error = await tokens.verify('canary.canary.canary').catch((refusal: unknown) => refusal);

    expect(error).toBeInstanceOf(AppError);
    expect(JSON.stringify(error) + String(error)).not.toContain('canary');
  });
});
