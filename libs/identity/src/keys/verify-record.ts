import { timingSafeEqual } from 'node:crypto';
import { SCOPES, type Principal, type Scope } from '../principal.ts';
import { hashSecret } from './api-key.ts';

/** Compared against when there is no such key, so that knowing an id cannot be told by time. */
const NOBODY = Buffer.alloc(32);

/** Whose key it is; undefined when the secret is wrong, or the key is revoked or expired. Takes the same time for all. */
export function verifyRecord(secret: string, record: Readonly<Record<string, unknown>> | undefined, pepper: string, nowMs: number): Principal | undefined {
  const given = Buffer.from(hashSecret(secret, pepper), 'hex');
  const stored = Buffer.from(String(record?.['secret_hmac'] ?? ''), 'hex');
  const isSame = timingSafeEqual(given, stored.length === given.length ? stored : NOBODY);
  if (record === undefined || !isSame || record['status'] !== 'active' || stored.length !== given.length) return undefined;
  const expiresAt = record['expires_at'];
  if (expiresAt !== undefined && !(Number(expiresAt) * 1_000 > nowMs)) return undefined;
  const scopes = Array.isArray(record['scopes']) ? record['scopes'] : [];
  return {
    tenantId: String(record['tenant_id']),
    subject: String(record['subject']),
    // A scope that this version does not know gives nothing.
    scopes: scopes.filter((scope): scope is Scope => SCOPES.some((known) => known === scope)),
    kind: 'api-key',
  };
}
