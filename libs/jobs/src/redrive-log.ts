export interface RedriveRecord {
  /** `red_…`, sorts by time. */
  redriveId: string;
  atMs: number;
  /** Who asked for it: tenant and subject of the credential. */
  by: string;
  filter: { ids?: readonly string[]; code?: string; sourceQueue?: string };
  isDryRun: boolean;
  /** False while it is under way, and for ever of one whose process died. */
  isFinished: boolean;
  matched: number;
  redriven: number;
  failed: number;
  /** What became of which message; empty while it is under way. */
  messages: readonly { messageId: string; jobId?: string; outcome: string }[];
}

/** Who sent which dead letters back, and when; kept for a year. Errors as `JobStore`. */
export abstract class RedriveLog {
  /** Written down again, one that was under way is finished; a finished one stays as it is. */
  abstract append(record: RedriveRecord, signal: AbortSignal): Promise<void>;
  /** Newest first. */
  abstract recent(limit: number, signal: AbortSignal): Promise<readonly RedriveRecord[]>;
  abstract close(): Promise<void>;
}
