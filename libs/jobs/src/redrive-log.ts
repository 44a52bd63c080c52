export interface RedriveRecord {
  /** `red_…`, sorts by time. */
  redriveId: string;
  atMs: number;
  /** Who asked for it: tenant and subject of the credential. */
  by: string;
  filter: { ids?: readonly string[]; code?: string; sourceQueue?: string };
  isDryRun: boolean;
  matched: number;
  redriven: number;
  failed: number;
}

/** Who sent which dead letters back, and when; kept for a year. Errors as `JobStore`. */
export abstract class RedriveLog {
  abstract append(record: RedriveRecord, signal: AbortSignal): Promise<void>;
  /** Newest first. */
  abstract recent(limit: number, signal: AbortSignal): Promise<readonly RedriveRecord[]>;
  abstract close(): Promise<void>;
}
