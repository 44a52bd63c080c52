import { toAppError, type Clock } from '@manga-assist/foundation';
import { sleep, type Timers } from '@manga-assist/resilience';
import { addressOf } from '../records/callback-reference.ts';
import type { DeliveryRecord, DeliveryRecords } from '../records/delivery-records.ts';
import type { EndpointRecord } from '../records/endpoint-records.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { signedHeaders } from '../secrets/signed-headers.ts';
import type { WebhookAttempt } from '../webhook-delivery.ts';
import type { WebhookSecret } from '../webhook-endpoint.ts';
import type { Bulkheads } from './bulkheads.ts';
import type { WebhookDeliveryObserver } from './delivery-observer.ts';
import type { EndpointKeeper, SeenEndpoint } from './endpoint-keeper.ts';
import { isWell } from './endpoint-pace.ts';
import { afterAttempt, withAttempt } from './schedule.ts';
import type { WebhookAnswer, WebhookSender } from './webhook-sender.ts';

export const SETTLE_PAUSE_MS = 500;

/** A delivery that is this deliverer's alone until its lease ends; `record` is as it is stored. */
export interface Claim {
  record: DeliveryRecord;
  leaseEndsAtMs: number;
}

export interface AttemptDeliveryOptions {
  deliveries: DeliveryRecords;
  keeper: EndpointKeeper;
  bulkheads: Bulkheads;
  box: SecretBox;
  sender: WebhookSender;
  clock: Clock;
  timers: Timers;
  observer: WebhookDeliveryObserver;
  random: () => number;
}

/** One attempt: signs, sends, writes down what came of it, and learns of the endpoint. */
export class AttemptDelivery {
  readonly #options: AttemptDeliveryOptions;

  constructor(options: AttemptDeliveryOptions) {
    this.#options = options;
  }

  async run(claim: Claim, { endpoint, health }: SeenEndpoint, signal: AbortSignal): Promise<void> {
    const { clock, observer, bulkheads, keeper, box } = this.#options;
    const { owner, endpointId, deliveryId, eventType, step, nextAttemptAtMs } = claim.record;
    const [atMs, startedMs] = [clock.nowMs(), clock.elapsedMs()];
    const { retryAfterMs, ...answer } = await this.#send(claim.record, endpoint, atMs, signal);
    const durationMs = clock.elapsedMs() - startedMs;

    const attempt: WebhookAttempt = { atMs, durationMs: Math.round(durationMs), ...answer };
    observer.attempted?.({ ...attempt, deliveryId, endpointId, eventType, number: step + 1, lateMs: Math.max(0, atMs - (nextAttemptAtMs ?? atMs)) });
    const wasAsked = answer.outcome !== 'unsigned';
    if (wasAsked) bulkheads.learn(endpointId, answer.outcome === 'delivered', durationMs);
    await this.#settle(claim, attempt, retryAfterMs, signal);
    if (wasAsked && (answer.outcome !== 'delivered' || !isWell(health))) {
      const because = await keeper.learn(owner, endpointId, { outcome: outcomeFor(endpoint, claim.record, answer.outcome), retryAfterMs }, signal);
      if (because !== undefined) observer.disabled?.({ endpointId, because });
    }
    if (box.isStale(endpoint.secret, endpointId)) await keeper.reseal(owner, box, signal);
  }

  #send({ eventId, path, body: text }: DeliveryRecord, endpoint: EndpointRecord, atMs: number, signal: AbortSignal): Promise<WebhookAnswer> {
    const secrets = this.#secretsOf(endpoint);
    if (secrets.length === 0) return Promise.resolve({ outcome: 'unsigned' });
    const body = Buffer.from(text);
    return this.#options.sender.send({ url: addressOf(endpoint, path), headers: signedHeaders(eventId, atMs, body, secrets), body }, signal);
  }

  /** Newest first, as receivers will look for them. None: the one that receivers go by cannot be read. */
  #secretsOf({ endpointId, secret, previousSecrets }: EndpointRecord): readonly WebhookSecret[] {
    const { box, clock, observer } = this.#options;
    const older = previousSecrets.filter(({ untilMs }) => untilMs > clock.nowMs()).map((previous) => previous.secret);
    const [newest, ...others] = [secret, ...older].map((sealed) => {
      try {
        return box.open(sealed, endpointId);
      } catch (error) {
        observer.troubled?.(toAppError(error));
        return undefined;
      }
    });
    return newest === undefined ? [] : [newest, ...others.filter((other) => other !== undefined)];
  }

  /** Tries while the lease is its own: an answer that is not written down is asked for again. */
  async #settle({ record: claimed, leaseEndsAtMs }: Claim, attempt: WebhookAttempt, retryAfterMs = 0, signal: AbortSignal): Promise<void> {
    const { deliveries, clock, timers, random } = this.#options;
    let stored: DeliveryRecord | undefined = claimed;
    while (stored !== undefined) {
      try {
        const isClaim: boolean = stored.dueAtMs === leaseEndsAtMs && stored.step === claimed.step;
        // Its owner wanted it again while it was under way: so it will be, and this attempt is in its log.
        const next: DeliveryRecord = isClaim ? afterAttempt(stored, attempt, { nowMs: clock.nowMs(), random, retryAfterMs }) : withAttempt(stored, attempt);
        if (await deliveries.replace(next, signal)) return;
        // Past its lease another deliverer has it, and its word counts.
        if (clock.nowMs() >= leaseEndsAtMs) return;
        stored = await deliveries.get(claimed.owner, claimed.deliveryId, signal);
        // Written by a call whose answer was lost.
        if (stored?.attempts.some(({ atMs }) => atMs === attempt.atMs)) return;
      } catch (error) {
        if (clock.nowMs() + SETTLE_PAUSE_MS >= leaseEndsAtMs) throw error;
        await sleep(SETTLE_PAUSE_MS, signal, timers);
      }
    }
  }
}

/** 410 at an address of one request says nothing of others at that host. */
function outcomeFor({ origin }: EndpointRecord, { path }: DeliveryRecord, outcome: WebhookAnswer['outcome']): WebhookAnswer['outcome'] {
  return outcome === 'gone' && (origin === 'callback' || path !== undefined) ? 'refused' : outcome;
}
