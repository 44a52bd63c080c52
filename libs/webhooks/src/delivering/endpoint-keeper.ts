import { AppError, type Clock } from '@manga-assist/foundation';
import { changeEndpoints } from '../records/stored-webhook-endpoints.ts';
import type { EndpointHealth, EndpointRecord, EndpointRecords } from '../records/endpoint-records.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import type { WebhookEndpoint, WebhookOwner } from '../webhook-endpoint.ts';
import { afterOutcome, hasFailedTooLong, NEW_HEALTH, planSlots, type Plan } from './endpoint-pace.ts';
import type { WebhookAnswer } from './webhook-sender.ts';

/** Each time another deliverer has written in between. */
const MOST_ROUNDS = 10;

export interface SeenEndpoint {
  endpoint: EndpointRecord;
  health: EndpointHealth;
}

/** What deliverers read and write of an endpoint. */
export class EndpointKeeper {
  readonly #records: EndpointRecords;
  readonly #clock: Clock;

  constructor(records: EndpointRecords, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** Undefined: it is off or removed, and nothing is sent to it. */
  async see(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<SeenEndpoint | undefined> {
    const { endpoints, health } = await this.#records.read(owner, signal);
    const endpoint = endpoints.find((one) => one.endpointId === endpointId);
    return endpoint?.status === 'enabled' ? { endpoint, health: health.get(endpointId) ?? NEW_HEALTH } : undefined;
  }

  /** The slots from `aheadMs` on that are now this deliverer's alone. Undefined: others were quicker again and again, or it is off. */
  async reserve(owner: WebhookOwner, seen: SeenEndpoint, { count, room, aheadMs }: { count: number; room: number; aheadMs: number }, signal: AbortSignal): Promise<Plan | undefined> {
    const { endpointId } = seen.endpoint;
    for (let round = 0, now: SeenEndpoint | undefined = seen; now && round < MOST_ROUNDS; round++) {
      const plan = planSlots(now.health, { count, room, nowMs: this.#clock.nowMs() + aheadMs });
      if (plan.health === undefined || (await this.#records.writeHealth(owner, endpointId, plan.health, now.health.version, signal))) return plan;
      now = await this.see(owner, endpointId, signal);
    }
    return undefined;
  }

  /**
   * Gives why the endpoint is off from now on, if it is. Errors: `unavailable` `webhooks.unavailable`, also
   * when others were quicker again and again: what it asked for is not known then.
   */
  async learn(
    owner: WebhookOwner,
    endpointId: string,
    { outcome, retryAfterMs }: { outcome: WebhookAnswer['outcome']; retryAfterMs: number | undefined },
    signal: AbortSignal,
  ): Promise<WebhookEndpoint['disabledBecause']> {
    if (outcome === 'gone') return this.#disable(owner, endpointId, 'gone', signal);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const seen = await this.see(owner, endpointId, signal);
      if (seen === undefined) return undefined;
      const nowMs = this.#clock.nowMs();
      if (outcome !== 'delivered' && hasFailedTooLong(seen.health, nowMs)) return this.#disable(owner, endpointId, 'failing', signal);
      const health = afterOutcome(seen.health, outcome, retryAfterMs, nowMs);
      if (health === undefined || (await this.#records.writeHealth(owner, endpointId, health, seen.health.version, signal))) return undefined;
    }
    throw new AppError('unavailable', 'webhooks.unavailable', 'Webhooks cannot be reached just now; try again.', { details: { endpointId, rounds: MOST_ROUNDS } });
  }

  /** Seals anew what older keys have sealed of this owner's, so that those keys can go. */
  async reseal(owner: WebhookOwner, box: SecretBox, signal: AbortSignal): Promise<void> {
    const anew = (all: readonly EndpointRecord[]): readonly EndpointRecord[] => {
      const isStale = all.some(({ endpointId, secret, previousSecrets }) => [secret, ...previousSecrets.map((previous) => previous.secret)].some((one) => box.isStale(one, endpointId)));
      if (!isStale) return all;
      return all.map(({ secret, previousSecrets, ...endpoint }) => ({
        ...endpoint,
        secret: box.sealedAnew(secret, endpoint.endpointId),
        previousSecrets: previousSecrets.map((previous) => ({ ...previous, secret: box.sealedAnew(previous.secret, endpoint.endpointId) })),
      }));
    };
    await changeEndpoints(this.#records, owner, anew, signal);
  }

  async #disable(owner: WebhookOwner, endpointId: string, because: 'gone' | 'failing', signal: AbortSignal): Promise<'gone' | 'failing' | undefined> {
    let isOffNow = false;
    await changeEndpoints(
      this.#records,
      owner,
      (all) => {
        isOffNow = all.some((one) => one.endpointId === endpointId && one.status === 'enabled');
        return isOffNow ? all.map((one) => (one.endpointId === endpointId ? { ...one, status: 'disabled', disabledBecause: because } : one)) : all;
      },
      signal,
    );
    return isOffNow ? because : undefined;
  }
}
