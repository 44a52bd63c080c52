import { AppError, toAppError, type JsonObject } from '@manga-assist/foundation';
import { JobResults, type ResultPlace } from '../job-results.ts';

/** Results in this process; links lead nowhere. */
export class InMemoryJobResults extends JobResults {
  /** Every call fails as if the bucket could not be reached. */
  isDown = false;
  /** Every call fails with it, as for a bucket whose policy is wrong. */
  refusal: AppError | undefined;
  /** Objects by key, as JSON. */
  readonly objects = new Map<string, string>();

  async put(place: ResultPlace, result: JsonObject, signal: AbortSignal): Promise<{ key: string; bytes: number }> {
    const key = `results/${folderOf(place)}/${place.attempt}.json`;
    return { key, bytes: this.#put(key, result, signal) };
  }

  async get(key: string, signal: AbortSignal): Promise<JsonObject> {
    this.#reach(signal);
    const json = this.objects.get(key);
    if (json === undefined) throw new AppError('not-found', 'jobs.no-result', 'There is no such result.');
    return JSON.parse(json) as JsonObject;
  }

  async link(key: string, ttlSeconds: number): Promise<string> {
    return `https://results.example/${key}?X-Amz-Expires=${ttlSeconds}`;
  }

  async putCheckpoint(place: ResultPlace, step: number, checkpoint: JsonObject, signal: AbortSignal): Promise<string> {
    const key = `checkpoints/${folderOf(place)}/${place.attempt}-${step}.json`;
    this.#put(key, checkpoint, signal);
    return key;
  }

  getCheckpoint(key: string, signal: AbortSignal): Promise<JsonObject> {
    return this.get(key, signal);
  }

  async isReachable(): Promise<boolean> {
    return !this.isDown;
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  #put(key: string, content: JsonObject, signal: AbortSignal): number {
    this.#reach(signal);
    const json = JSON.stringify(content);
    this.objects.set(key, json);
    return Buffer.byteLength(json);
  }

  #reach(signal: AbortSignal): void {
    if (signal.aborted) throw toAppError(signal.reason);
    if (this.refusal) throw this.refusal;
    if (this.isDown) throw new AppError('unavailable', 'jobs.results-unavailable', 'Results cannot be reached just now; try again.', { retryAfterMs: 1_000 });
  }
}

const folderOf = ({ owner, jobId }: ResultPlace): string => `${encodeURIComponent(owner.tenantId).replaceAll('.', '%2E')}/${jobId}`;
