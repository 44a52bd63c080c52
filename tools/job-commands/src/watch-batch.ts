import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchAcceptedResponse, BatchStatusResponse } from '@manga-assist/schemas/rest';
import { CommandError, EXIT } from './exit-codes.ts';
import type { RestClient } from './rest-client.ts';

const POLL_MS = 400;

/** Its id. Sent with an Idempotency-Key, so that a lost answer would not make two batches. */
export async function submitBatch(client: RestClient, request: object): Promise<string> {
  const accepted = await client.post<BatchAcceptedResponse>('/v1/manga/batch', request, { 'idempotency-key': randomUUID() });
  return accepted.batch_id;
}

/** Shows every state on the way and returns the last one. */
export async function watchBatch(client: RestClient, batchId: string, onState: (state: BatchStatusResponse) => void, signal: AbortSignal): Promise<BatchStatusResponse> {
  for (;;) {
    const state = await client.get<BatchStatusResponse>(`/v1/manga/batches/${encodeURIComponent(batchId)}`);
    onState(state);
    if (state.counts.queued + state.counts.processing === 0) return state;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw new CommandError(EXIT.stopped, `stopped watching; the batch goes on: npm run demo:batch -- --watch ${batchId}`);
    });
  }
}
