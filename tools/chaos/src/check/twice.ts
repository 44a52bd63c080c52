import type { Job } from '@manga-assist/jobs';
import { finding, some, type Finding } from '../report.ts';
import type { ReceivedEvent } from '../webhook-receiver.ts';

/** Who dies so soon after a webhook was received may not have written down that it was: on a busy machine that write is tried a few times. */
const SETTLED_WITHIN_MS = 5_000;
/** The customer's number, for what duplicates may cost. */
const MOST_CALLS = 1.02;

/** Who has died and what was in their hands. */
export interface Casualties {
  /** When processes died or froze. */
  atMs: readonly number[];
  /** Most jobs that one of them has at a time. */
  places: number;
}

/**
 * A webhook's id may come again only because somebody has died over it: between its sending and its being
 * written down. `atLeast` so many have died exactly there, and each of those ids must come again.
 */
export function checkRepeatedWebhooks(webhooks: readonly ReceivedEvent[], { atMs }: Casualties, atLeast = 0): Finding {
  const inFlight = webhooks.filter((event) => untilDeathMs(event, atMs) <= SETTLED_WITHIN_MS).length;
  const again = [...repeatedOf(webhooks)].flatMap(([, calls]) => calls.slice(0, -1)).map((call) => ({ ...call, livedMs: untilDeathMs(call, atMs) }));
  const unexplained = again.filter(({ livedMs }) => livedMs > SETTLED_WITHIN_MS);
  const repeated = again.length;
  const longestMs = Math.max(0, ...again.map(({ livedMs }) => livedMs));
  const detail = unexplained.length === 0 ? `${repeated} repeated, of ${inFlight} that were in flight at ${atMs.length} deaths, which came within ${longestMs} ms` : some(unexplained.map(({ webhookId, livedMs }) => `${webhookId} ${livedMs} ms before a death`));
  return finding('no webhook came twice but those that somebody died over', unexplained.length === 0 && repeated <= inFlight && repeated >= atLeast, detail);
}

/** The calls of each webhook's id that came more than once. */
export function repeatedOf(webhooks: readonly ReceivedEvent[]): Map<string, ReceivedEvent[]> {
  return new Map([...Map.groupBy(webhooks, ({ webhookId }) => webhookId)].filter(([, calls]) => calls.length > 1));
}

function untilDeathMs({ atMs }: ReceivedEvent, deathsAtMs: readonly number[]): number {
  return Math.min(...deathsAtMs.filter((deathAtMs) => deathAtMs >= atMs).map((deathAtMs) => deathAtMs - atMs));
}

/** A job is begun again only because it has failed, or because somebody has died with it in hand: a second message begins nothing. */
export function checkAttempts(jobs: readonly Job[], { atMs, places }: Casualties): Finding {
  const again = jobs.reduce((sum, { attempt, failures, status }) => sum + Math.max(0, attempt - failures - (status === 'failed' ? 0 : 1)), 0);
  const most = atMs.length * places;
  return finding('no job was begun again but those that somebody died over', again <= most, `${again} begun again, ${atMs.length} deaths with up to ${places} jobs each`);
}

/** `calls` as the model has counted them; `expected`: what all attempts, the repeated ones too, may have asked for. */
export function checkModelCalls(calls: number, expected: number): Finding {
  return finding('the model was asked for attempts only', calls > 0 && calls <= MOST_CALLS * expected, `${calls} calls, ${expected} expected of all attempts`);
}

/** What was to happen by chance did happen, or nothing was proved. */
export function checkFaults(faults: Readonly<Record<string, number>>): Finding {
  const counts = Object.entries(faults);
  return finding('what was to go wrong went wrong', counts.every(([, count]) => count > 0), counts.map(([name, count]) => `${count} ${name}`).join(', '));
}
