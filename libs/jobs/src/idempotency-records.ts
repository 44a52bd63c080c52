import type { JobOwner } from './job.ts';

export interface IdempotentCall {
  owner: JobOwner;
  /** Method and path: a key is good for one operation. */
  operation: string;
  /** The caller's `Idempotency-Key`, 1 to 255 visible ASCII characters. */
  key: string;
  /** SHA-256 of the request's canonical JSON. */
  fingerprint: string;
}

export type IdempotencyAnswer =
  /** Go on; then call `finish` or `abandon`. */
  | { kind: 'begun' }
  /** The same request has been answered with this. */
  | { kind: 'finished'; answer: string }
  /** The same request is being answered just now, or was begun less than 30 s ago and never finished. */
  | { kind: 'running' }
  /** The key was used for another request. */
  | { kind: 'mismatch' };

/** Remembers for 24 hours what a request with an Idempotency-Key was answered with. Errors as `JobStore`. */
export abstract class IdempotencyRecords {
  abstract begin(call: IdempotentCall, signal: AbortSignal): Promise<IdempotencyAnswer>;
  /** The answer that all repetitions get. */
  abstract finish(call: IdempotentCall, answer: string, signal: AbortSignal): Promise<void>;
  /** It was refused, or could not be done: the key is free again. */
  abstract abandon(call: IdempotentCall, signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}
