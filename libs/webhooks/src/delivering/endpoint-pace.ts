import type { EndpointHealth } from '../records/endpoint-records.ts';
import type { WebhookAttempt } from '../webhook-delivery.ts';

/** Ten requests a second to one endpoint, from all deliverers together. */
export const LEAST_SPACING_MS = 100;
/** An endpoint that goes on asking for less is asked once a minute. */
const MOST_SPACING_MS = 60_000;
/** What can be sent within this time is taken now and held, or left to the next look; the rest is put off. */
export const HOLD_MS = 1_000;
/** The longer an endpoint fails the more rarely its backlog is looked at, down to this; one failure alone changes little. */
const FAILING_DEFERRAL_MS = 15_000;
const FAILING_SPACING_MS = 1_000;
/** What is put off comes back within ten minutes, to see whether the pace has changed. */
const MOST_DEFERRAL_MS = 600_000;
/** Failing for five days without a single success. */
export const MOST_FAILING_MS = 120 * 3_600_000;

export type Health = Omit<EndpointHealth, 'version'>;

export const NEW_HEALTH: EndpointHealth = { version: 0, spacingMs: LEAST_SPACING_MS, nextSlotMs: 0, deferredUntilMs: 0 };

export interface Plan {
  /** When to send the first deliveries, one each. */
  slotsMs: readonly number[];
  /** When to look at the last ones again, one each. Those in between stay due: there may be room for them in a moment. */
  deferralsMs: readonly number[];
  /** Undefined: as before. */
  health: Health | undefined;
}

/**
 * Shares out an endpoint's next moments among `count` deliveries of which `room` may be under way.
 * Whoever writes the plan's health by its version owns its slots: so the pace holds over any number
 * of deliverers, and a flood that is due at once is spread instead of tried again and again.
 */
export function planSlots(health: EndpointHealth, { count, room, nowMs }: { count: number; room: number; nowMs: number }): Plan {
  const { version: _, ...before } = health;
  const { spacingMs } = before;
  const endsAtMs = nowMs + HOLD_MS;
  const firstMs = Math.max(nowMs, before.nextSlotMs);
  const sent = Math.min(count, room, fitting(firstMs, endsAtMs, spacingMs));
  const slotsMs = Array.from({ length: sent }, (_, index) => firstMs + index * spacingMs);
  const nextSlotMs = sent === 0 ? before.nextSlotMs : firstMs + sent * spacingMs;

  const failingMs = nowMs - (before.failingSinceMs ?? nowMs);
  const soonestMs = Math.max(nextSlotMs, nowMs + Math.max(spacingMs, Math.min(failingMs, FAILING_DEFERRAL_MS)));
  const deferralSpacingMs = Math.max(spacingMs, Math.min(failingMs / 10, FAILING_SPACING_MS));
  // Whoever has not answered yet must not fill the page that all are read from.
  const left = room === 0 ? 0 : Math.min(count - sent, fitting(soonestMs, endsAtMs, spacingMs));
  const latestMs = soonestMs + MOST_DEFERRAL_MS;
  let deferredUntilMs = Math.max(before.deferredUntilMs, soonestMs + left * spacingMs);
  const deferralsMs = Array.from({ length: count - sent - left }, () => {
    // Round again from the start: the wait is spread evenly, however many wait.
    if (deferredUntilMs > latestMs) deferredUntilMs = soonestMs;
    const atMs = Math.round(deferredUntilMs);
    deferredUntilMs += deferralSpacingMs;
    return atMs;
  });
  if (deferralsMs.length === 0) deferredUntilMs = before.deferredUntilMs;
  return { slotsMs, deferralsMs, health: sent + deferralsMs.length === 0 ? undefined : { ...before, nextSlotMs, deferredUntilMs } };
}

/** How many moments there are from the first one up to and including the last. */
function fitting(firstMs: number, lastMs: number, spacingMs: number): number {
  return Math.max(0, Math.floor((lastMs - firstMs) / spacingMs) + 1);
}

/** What an attempt teaches of its endpoint. Undefined: nothing new. */
export function afterOutcome(before: EndpointHealth, outcome: WebhookAttempt['outcome'], retryAfterMs: number | undefined, nowMs: number): Health | undefined {
  const { version: _, failingSinceMs, hasTaken: _h, ...health } = before;
  if (outcome === 'delivered') {
    return isWell(before) ? undefined : { ...health, hasTaken: true, spacingMs: Math.max(LEAST_SPACING_MS, Math.round(health.spacingMs / 2)) };
  }
  const isThrottled = outcome === 'throttled';
  if (failingSinceMs !== undefined && !isThrottled && retryAfterMs === undefined) return undefined;
  const spacingMs = isThrottled ? Math.min(MOST_SPACING_MS, health.spacingMs * 2) : health.spacingMs;
  const nextSlotMs = Math.max(health.nextSlotMs, nowMs + Math.max(retryAfterMs ?? 0, isThrottled ? spacingMs : 0));
  return { ...health, failingSinceMs: failingSinceMs ?? nowMs, spacingMs, nextSlotMs };
}

/** Is known to take what it gets, and asks for no less. */
export function isWell({ failingSinceMs, hasTaken, spacingMs }: Pick<Health, 'failingSinceMs' | 'hasTaken' | 'spacingMs'>): boolean {
  return failingSinceMs === undefined && hasTaken === true && spacingMs === LEAST_SPACING_MS;
}

export function hasFailedTooLong({ failingSinceMs }: EndpointHealth, nowMs: number): boolean {
  return failingSinceMs !== undefined && nowMs - failingSinceMs >= MOST_FAILING_MS;
}
