import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Scope } from '../principal.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = /^mga_live_([0-9A-Za-z]{12})_([\w-]{43})_([0-9A-Za-z]{6})$/;

export interface ApiKeyParts {
  keyId: string;
  secret: string;
}

/** A new key, `mga_live_<id>_<secret>_<checksum>`: found by secret scanners, and a typo is known without a look-up. */
export function generateApiKey(): string {
  let keyId = '';
  // 248 is the largest multiple of 62 in a byte; above it the letters would not be equally likely.
  while (keyId.length < 12) for (const byte of randomBytes(12)) if (byte < 248 && keyId.length < 12) keyId += ALPHABET.charAt(byte % 62);
  const body = `mga_live_${keyId}_${randomBytes(32).toString('base64url')}`;
  return `${body}_${checksum(body)}`;
}

/** Undefined when this cannot be a key. The literal `local` is the laptop's key: it exists only where it was seeded. */
export function apiKeyParts(apiKey: string): ApiKeyParts | undefined {
  if (apiKey === 'local') return { keyId: 'local', secret: 'local' };
  const [, keyId, secret, sum] = FORM.exec(apiKey) ?? [];
  if (keyId === undefined || secret === undefined || sum !== checksum(apiKey.slice(0, -7))) return undefined;
  return { keyId, secret };
}

/** CRC-32 in six characters of base 62. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let position = 0; position < 6; position++, rest = Math.floor(rest / 62)) digits = ALPHABET.charAt(rest % 62) + digits;
  return digits;
}

/** HMAC-SHA-256 in hex. The secret has 256 random bits, so no slow hash is needed. */
export function hashSecret(secret: string, pepper: string): string {
  return createHmac('sha256', pepper).update(secret).digest('hex');
}

/** A key as it lies in the table. */
export interface ApiKeyRecord {
  key_id: string;
  secret_hmac: string;
  tenant_id: string;
  subject: string;
  scopes: Scope[];
  status: 'active' | 'revoked';
  /** Unix seconds; absent when the key does not expire. */
  expires_at?: number;
}

/** The row for a key: everything but the secret itself. Throws when the text is no key. */
export function apiKeyRecord(
  apiKey: string,
  owner: { tenantId: string; subject: string; scopes: readonly Scope[]; expiresAtSeconds?: number },
  pepper: string,
): ApiKeyRecord {
  const parts = apiKeyParts(apiKey);
  if (parts === undefined) throw new TypeError('This is not an API key.');
  return {
    key_id: parts.keyId,
    secret_hmac: hashSecret(parts.secret, pepper),
    tenant_id: owner.tenantId,
    subject: owner.subject,
    scopes: [...owner.scopes],
    status: 'active',
    ...(owner.expiresAtSeconds !== undefined && { expires_at: owner.expiresAtSeconds }),
  };
}
