import type { Protocol } from '../server/exchange.ts';

/** What is remembered of a call: never a word of its prompt or answer. */
export interface CallRecord {
  id: string;
  op: string;
  model: string;
  status: number;
  /** `ok`, the exception's name, or how the reply broke: `cut`, `truncated`, `aborted`. */
  outcome: string;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  first_token_ms: number | null;
  ms: number;
  /** The SDK's amz-sdk-request header: which attempt of how many. */
  attempt: string | null;
  invocation_id: string | null;
  connection_id: number;
  protocol: Protocol;
  fault: string | null;
  started_at: string;
}

const REMEMBERED_CALLS = 1_000;

export class CallLog {
  private records: CallRecord[] = [];
  private count = 0;
  inFlight = 0;

  get total(): number {
    return this.count;
  }

  add(record: CallRecord): void {
    this.count += 1;
    this.records.push(record);
    if (this.records.length >= REMEMBERED_CALLS * 2) this.records = this.records.slice(-REMEMBERED_CALLS);
  }

  /** Oldest first. */
  list(): readonly CallRecord[] {
    return this.records.slice(-REMEMBERED_CALLS);
  }

  clear(): void {
    this.records = [];
    this.count = 0;
  }
}
