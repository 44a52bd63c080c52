import { UsageLedger, type LedgerEntry } from '../usage-ledger.ts';

/** A ledger that keeps what was recorded. */
export class RecordedLedger extends UsageLedger {
  readonly entries: LedgerEntry[] = [];
  readonly #callIds = new Set<string>();
  flushes = 0;

  record(entry: LedgerEntry): void {
    if (this.#callIds.has(entry.callId)) return;
    this.#callIds.add(entry.callId);
    this.entries.push(entry);
  }

  flush(): Promise<void> {
    this.flushes++;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.flush();
  }
}
