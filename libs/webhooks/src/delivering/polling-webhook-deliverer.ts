import { toAppError, type Clock } from '@manga-assist/foundation';
import { sleep, type Timers } from '@manga-assist/resilience';
import { DUE_SHARDS, type DeliveryRecord, type DeliveryRecords } from '../records/delivery-records.ts';
import type { EndpointRecords } from '../records/endpoint-records.ts';
import { dropped } from '../records/stored-webhook-outbox.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { WebhookDeliverer } from '../webhook-deliverer.ts';
import { AttemptDelivery, SETTLE_PAUSE_MS, type Claim } from './attempt-delivery.ts';
import { Bulkheads, type Places } from './bulkheads.ts';
import type { WebhookDeliveryObserver } from './delivery-observer.ts';
import { eachOf } from './each-of.ts';
import { HOLD_MS } from './endpoint-pace.ts';
import { EndpointKeeper, type SeenEndpoint } from './endpoint-keeper.ts';
import { PollLoop } from './poll-loop.ts';
import { SendingMoments } from './sending-moments.ts';
import { ATTEMPT_TIMEOUT_MS } from './socket-webhook-sender.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** Holding for a slot, the attempt and writing down what came of it. Who does not manage within it has lost the delivery to others. */
export const LEASE_MS = 30_000;
/** What must be left of the lease for an attempt to begin: a process that was frozen must not send what others may be sending. */
const LEAST_LEASE_MS = ATTEMPT_TIMEOUT_MS + 3_000;
/** Of one part at a time. */
const PAGE = 100;
/** So that a full round does not ask more of the tables than their connections carry. */
const ENDPOINTS_AT_ONCE = 20;
const WRITES_AT_ONCE = 5;
/** The slowest tables for which slots are planned ahead; what is later than that is taken again. */
const MOST_AHEAD_MS = 4_000;

export interface PollingWebhookDelivererOptions {
  deliveries: DeliveryRecords;
  endpoints: EndpointRecords;
  box: SecretBox;
  sender: WebhookSender;
  clock: Clock;
  timers: Timers;
  observer: WebhookDeliveryObserver;
  /** How many requests may be under way at once. */
  mostInFlight: number;
  /** How long it waits, more or less by half, when nothing is due. */
  idleMs: number;
  random: () => number;
}

/**
 * Reads what is due, claims it and sends it. Any number may do so on the same tables: a claim is a
 * write by version that puts the delivery off by its lease, so that a deliverer which is killed loses
 * nothing, and one that comes back late changes nothing.
 */
export class PollingWebhookDeliverer extends WebhookDeliverer {
  readonly #options: PollingWebhookDelivererOptions;
  readonly #keeper: EndpointKeeper;
  readonly #bulkheads: Bulkheads;
  readonly #moments = new SendingMoments();
  readonly #attempt: AttemptDelivery;
  readonly #loop: PollLoop;
  /** Fires when nothing new is to begin. */
  readonly #taking = new AbortController();
  /** Fires when what is under way is to end. */
  readonly #working = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** How long it takes here from planning slots to having the deliveries for them. */
  #aheadMs = 0;

  constructor(options: PollingWebhookDelivererOptions) {
    super();
    this.#options = options;
    this.#keeper = new EndpointKeeper(options.endpoints, options.clock);
    this.#bulkheads = new Bulkheads(options.mostInFlight, () => options.clock.nowMs());
    this.#attempt = new AttemptDelivery({ ...options, keeper: this.#keeper, bulkheads: this.#bulkheads });
    this.#loop = new PollLoop({ ...options, round: () => this.#round().catch((error: unknown) => this.#tell(error)) });
  }

  start(): void {
    this.#loop.start();
  }

  nudge(): void {
    this.#loop.nudge();
  }

  async drain(withinMs: number): Promise<void> {
    const patience = new AbortController();
    await Promise.race([this.#stop(), sleep(withinMs, patience.signal, this.#options.timers).catch(() => undefined)]);
    patience.abort();
  }

  async close(): Promise<void> {
    this.#working.abort();
    await this.#stop();
    await Promise.all([this.#options.deliveries.close(), this.#options.endpoints.close()]);
  }

  async #stop(): Promise<void> {
    this.#taking.abort();
    await this.#loop.stop();
    await Promise.all(this.#running);
  }

  /** Whether there was anything that could be done. */
  async #round(): Promise<boolean> {
    const { deliveries, clock } = this.#options;
    const nowMs = clock.nowMs();
    const parts = await Promise.all(Array.from({ length: DUE_SHARDS }, (_, shard) => deliveries.due(shard, nowMs, PAGE, this.#working.signal)));
    const due = parts.flat().toSorted((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0));
    const byEndpoint = Map.groupBy(due, ({ owner, endpointId }) => JSON.stringify([owner.tenantId, owner.subject, endpointId]));
    let isBusy = false;
    await eachOf(byEndpoint.values(), ENDPOINTS_AT_ONCE, async (some) => {
      isBusy = (await this.#take(some).catch((error: unknown) => this.#tell(error))) || isBusy;
    });
    return isBusy;
  }

  /** Takes on what is due for one endpoint: sends what fits, puts off the rest. */
  async #take(due: readonly DeliveryRecord[]): Promise<true> {
    const [{ owner, endpointId } = expected()] = due;
    const { signal } = this.#working;
    const seen = await this.#keeper.see(owner, endpointId, signal);
    if (seen === undefined) return this.#replaceAll(due.map(dropped));

    const places = this.#bulkheads.begin({ owner: JSON.stringify([owner.tenantId, owner.subject]), endpointId, health: seen.health }, due.length);
    if (places === undefined) return true;
    let begun = 0;
    try {
      const startedMs = this.#options.clock.elapsedMs();
      const plan = await this.#keeper.reserve(owner, seen, { count: due.length, room: places.count, aheadMs: this.#aheadMs }, signal);
      if (plan === undefined) return true;
      await eachOf(plan.slotsMs.entries(), WRITES_AT_ONCE, async ([index, slotMs]) => {
        const claim = await this.#claim(due[index] ?? expected());
        if (claim === undefined) return;
        this.#begin(claim, seen, slotMs, places);
        begun++;
      });
      if (begun > 0) this.#aheadMs = Math.min(MOST_AHEAD_MS, (this.#aheadMs + this.#options.clock.elapsedMs() - startedMs) / 2);
      const last = due.slice(due.length - plan.deferralsMs.length);
      // When it was meant to be sent stays: that is what it is late by.
      return await this.#replaceAll(plan.deferralsMs.map((dueAtMs, index) => ({ ...(last[index] ?? expected()), dueAtMs })));
    } finally {
      places.giveBack(places.count - begun);
    }
  }

  /** Who has been quicker has done something better with it. */
  async #replaceAll(records: readonly DeliveryRecord[]): Promise<true> {
    await eachOf(records, WRITES_AT_ONCE, async (record) => void (await this.#options.deliveries.replace(record, this.#working.signal)));
    return true;
  }

  /** Undefined: somebody else has it, or the index is behind. */
  async #claim(due: DeliveryRecord): Promise<Claim | undefined> {
    const leaseEndsAtMs = this.#options.clock.nowMs() + LEASE_MS;
    const isClaimed = await this.#options.deliveries.replace({ ...due, dueAtMs: leaseEndsAtMs }, this.#working.signal);
    return isClaimed ? { record: { ...due, dueAtMs: leaseEndsAtMs, version: due.version + 1 }, leaseEndsAtMs } : undefined;
  }

  #begin(claim: Claim, seen: SeenEndpoint, slotMs: number, places: Places): void {
    const running = this.#deliver(claim, seen, slotMs)
      .catch((error: unknown) => void this.#tell(error))
      .finally(() => {
        places.giveBack(1);
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  async #deliver(claim: Claim, seen: SeenEndpoint, slotMs: number): Promise<void> {
    const { clock, timers } = this.#options;
    try {
      this.#taking.signal.throwIfAborted();
      const atMs = this.#moments.of(claim.record.endpointId, slotMs, { spacingMs: seen.health.spacingMs, nowMs: clock.nowMs() });
      if (atMs === undefined) return await this.#giveBack(claim, this.#working.signal);
      if (atMs > clock.nowMs()) await sleep(atMs - clock.nowMs(), this.#taking.signal, timers);
      if (claim.leaseEndsAtMs - clock.nowMs() < LEAST_LEASE_MS) return;
      if (clock.nowMs() - atMs > HOLD_MS) return await this.#giveBack(claim, this.#working.signal);
      await this.#attempt.run(claim, seen, this.#working.signal);
    } catch (error) {
      if (!this.#taking.signal.aborted) throw error;
      // Stopping is no attempt: another deliverer may have it at once.
      await this.#giveBack(claim, AbortSignal.timeout(SETTLE_PAUSE_MS));
    }
  }

  async #giveBack({ record }: Claim, signal: AbortSignal): Promise<void> {
    await this.#options.deliveries.replace({ ...record, dueAtMs: this.#options.clock.nowMs() }, signal);
  }

  /** False: a round that failed has found nothing. */
  #tell(error: unknown): false {
    if (!this.#working.signal.aborted) this.#options.observer.troubled?.(toAppError(error));
    return false;
  }
}

function expected(): never {
  throw new RangeError('there is one for each slot');
}
