import type { Scope } from '@manga-assist/identity';

/** A line of `customers.ndjson`: a demo customer, and the literal API key that acts for them, if any. */
export interface CustomerRecord {
  tenant_id: string;
  subject: string;
  scopes: Scope[];
  api_key: string | null;
}
