import { createHmac } from 'node:crypto';
import { httpRequest } from './raw-http.ts';

/** What the services of a benchmark share. */
export const SERVICE_TOKEN_SECRET = 'bench';

/** A service's call of the catalogue search, made the plainest way, token included. */
export function searchCall(toolUrl: URL, query: string): Buffer {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { tenant_id: 'store', scopes: ['query:write'], turn_id: 'bench', iss: 'bench', aud: 'tool-service', sub: 'demo-customer-1', iat: now, exp: now + 30 };
  const unsigned = `${base64url({ alg: 'HS256', typ: 'mangaassist-service+jwt' })}.${base64url(claims)}`;
  const token = `${unsigned}.${createHmac('sha256', SERVICE_TOKEN_SECRET).update(unsigned).digest('base64url')}`;
  const body = JSON.stringify({ tool_use_id: 'query', input: { query, max_results: 5 }, language: 'en' });
  return httpRequest(toolUrl, '/v1/tools/search_manga_catalog/calls', { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body);
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
