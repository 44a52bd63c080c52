import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../faults/fault.ts';
import type { Exchange } from '../server/exchange.ts';
import type { CallTracker } from './call-tracker.ts';

/** Sends a reply that comes in one piece; faults that break a body break it here too. */
export async function sendWhole(
  exchange: Exchange,
  tracker: CallTracker,
  fault: Fault | undefined,
  headers: Record<string, string | number>,
  json: unknown,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(json));
  const all = { 'content-type': 'application/json', 'x-amzn-requestid': tracker.requestId, ...headers };
  if (fault?.kind === 'stall') await wait(fault.ms ?? 2 ** 31 - 1, undefined, { signal: exchange.signal });
  if (fault?.kind === 'cut' || fault?.kind === 'truncate') {
    tracker.outcome = fault.kind === 'cut' ? 'cut' : 'truncated';
    if (fault.kind === 'truncate') {
      exchange.open(200, { ...all, 'content-length': body.length });
      await exchange.flush(body.subarray(0, Math.ceil(body.length / 2)));
    }
    return exchange.cut();
  }
  tracker.firstEventAt = performance.now();
  exchange.reply(200, all, body);
}
