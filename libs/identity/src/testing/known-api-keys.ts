import { ApiKeys } from '../credentials.ts';
import type { Principal } from '../principal.ts';

/** The customer that the local key stands for, with everything the key may do. */
export const DEMO_PRINCIPAL: Principal = Object.freeze({
  tenantId: 'store',
  subject: 'demo-customer-1',
  scopes: Object.freeze(['query:write', 'chat:connect', 'ticket:issue', 'job:write', 'job:read'] as const),
  kind: 'api-key',
});

/** Keys that a test names; without any, the key `local` of the demo customer. */
export class KnownApiKeys extends ApiKeys {
  readonly #principals: Map<string, Principal>;

  constructor(principals: Readonly<Record<string, Principal>> = { local: DEMO_PRINCIPAL }) {
    super();
    this.#principals = new Map(Object.entries(principals));
  }

  revoke(apiKey: string): void {
    this.#principals.delete(apiKey);
  }

  async verify(apiKey: string): Promise<Principal | undefined> {
    return this.#principals.get(apiKey);
  }

  async close(): Promise<void> {}
}
