// Standard Webhooks, verified with nothing but Node. Copy this file; it depends on no other.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Older and newer than this is refused: somebody may have kept the request and sent it again. */
const TOLERANCE_SECONDS = 300;

export interface WebhookEvent {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/**
 * The event, when it is genuine and fresh; otherwise an Error that says what is wrong.
 *
 * `rawBody` are the bytes as they came: parsing and writing the JSON again changes them. `secrets` are
 * `whsec_…`; give both the old and the new one while you change over.
 */
export function verifyWebhook(
  secrets: readonly string[],
  headers: Readonly<Record<string, string | string[] | undefined>>,
  rawBody: Uint8Array,
  nowMs: number = Date.now(),
): WebhookEvent {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name]);
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') throw new Error('a header is missing');
  if (!/^\d+$/.test(timestamp) || Math.abs(nowMs / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) throw new Error('too old or too new');

  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest();
  });
  // One signature for each secret that is valid on our side, each with its version in front.
  const given = signatures.split(' ').flatMap((signature) => (signature.startsWith('v1,') ? [Buffer.from(signature.slice(3), 'base64')] : []));
  const isGenuine = expected.some((ours) => given.some((theirs) => theirs.length === ours.length && timingSafeEqual(theirs, ours)));
  if (!isGenuine) throw new Error('no signature fits');
  return JSON.parse(Buffer.from(rawBody).toString('utf8')) as WebhookEvent;
}
