export const SCOPES = ['query:write', 'job:write', 'job:read', 'chat:connect', 'ticket:issue', 'admin:read', 'admin:write'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is asking. Always from a credential, never from a body or a model's arguments. */
export interface Principal {
  tenantId: string;
  /** The shopper, partner or guest within the tenant. */
  subject: string;
  scopes: readonly Scope[];
  kind: 'api-key' | 'ticket' | 'guest' | 'service';
}
