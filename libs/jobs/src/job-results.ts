import type { JsonObject } from '@manga-assist/foundation';
import type { JobOwner } from './job.ts';

export interface ResultPlace {
  owner: Pick<JobOwner, 'tenantId'>;
  jobId: string;
  attempt: number;
}

/**
 * Results and checkpoints as objects, `results/<tenant>/<job>/<attempt>.json`: an attempt that lost its
 * job leaves an orphan and overwrites nothing. Errors: `unavailable` `jobs.results-unavailable`;
 * `bug` `jobs.results-refused` for a bucket that is not there or not open to us; `not-found`
 * `jobs.no-result`; `timed-out` and `cancelled` by the signal.
 */
export abstract class JobResults {
  /** The key, and how long the JSON is. */
  abstract put(place: ResultPlace, result: JsonObject, signal: AbortSignal): Promise<{ key: string; bytes: number }>;
  abstract get(key: string, signal: AbortSignal): Promise<JsonObject>;
  /** A link that anybody may follow for `ttlSeconds`. */
  abstract link(key: string, ttlSeconds: number): Promise<string>;
  /** What a long job has so far, so that the next attempt goes on from there. */
  abstract putCheckpoint(place: ResultPlace, step: number, checkpoint: JsonObject, signal: AbortSignal): Promise<string>;
  abstract getCheckpoint(key: string, signal: AbortSignal): Promise<JsonObject>;
  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}
