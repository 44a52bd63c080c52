import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchAcceptedResponse, BatchStatusResponse } from '@manga-assist/schemas/rest';
import { CommandError, EXIT } from './exit-codes.ts';
import type { RestClient } from './rest-client.ts';

const POLL_MS = 400;
/** A service that is deployed anew is back by then. */
const MOST_FAILURES_IN_A_ROW = 20;
const LONGEST_WAIT_MS = 2_000;

/** Its id. Asked again when the answer is lost, with the same Idempotency-Key, so that it does not become two batches. */
export async function submitBatch(client: RestClient, request: object, signal: AbortSignal): Promise<string> {
  const headers = { 'idempotency-key': randomUUID() };
  const stopped = 'stopped; if it was accepted, the batch goes on';
  const accepted = await patiently(() => client.post<BatchAcceptedResponse>('/v1/manga/batch', request, headers), { signal, stopped, most: 3 });
  return accepted.batch_id;
}

/** Shows every state on the way and returns the last one. */
export async function watchBatch(client: RestClient, batchId: string, onState: (state: BatchStatusResponse) => void, signal: AbortSignal): Promise<BatchStatusResponse> {
  const again = `the batch goes on: npm run demo:batch -- --watch ${batchId}`;
  const look = () => client.get<BatchStatusResponse>(`/v1/manga/batches/${encodeURIComponent(batchId)}`);
  for (;;) {
    const state = await patiently(look, { signal, stopped: `stopped watching; ${again}`, most: MOST_FAILURES_IN_A_ROW, lost: again });
    onState(state);
    if (state.counts.queued + state.counts.processing === 0) return state;
    await pause(POLL_MS, signal, `stopped watching; ${again}`);
  }
}

interface Patience {
  signal: AbortSignal;
  /** What is said when the person presses Ctrl-C. */
  stopped: string;
  most: number;
  /** What is added to a failure that does not pass. */
  lost?: string;
}

/** Asks again while nobody answers, or the API says that it will pass. */
async function patiently<Answer>(ask: () => Promise<Answer>, { signal, stopped, most, lost }: Patience): Promise<Answer> {
  for (let failures = 1; ; failures++) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) throw new CommandError(EXIT.stopped, stopped);
      if (!(error instanceof CommandError)) throw error;
      if (!error.isPassing) throw error;
      if (failures >= most) throw new CommandError(error.exitCode, lost === undefined ? error.message : `${error.message}\n${lost}`);
    }
    await pause(Math.min(LONGEST_WAIT_MS, POLL_MS * failures), signal, stopped);
  }
}

async function pause(ms: number, signal: AbortSignal, stopped: string): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    throw new CommandError(EXIT.stopped, stopped);
  });
}
