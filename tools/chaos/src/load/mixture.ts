import { setTimeout as pause } from 'node:timers/promises';
import { jobsOfBatch, type BatchOrder, type JobOrder } from '@manga-assist/jobs';
import type { World } from '../world.ts';
import type { Accepted } from './accepted.ts';
import { aBatch } from './batches.ts';
import { submit } from './door.ts';
import { aHopelessJob, anAnalysis, type Shop } from './orders.ts';

const EVERY_MS = 1_000;
/** No more is ordered while so much waits, or the sweep would end long before the work. */
const MOST_OPEN = 200;
const WITHIN_MS = 60_000;

/** A little of everything, again and again, so that a worker comes by every failpoint: effects on the catalogue, long jobs, failures, batches, jobs and batches whose doors have died. */
export class Mixture {
  readonly accepted: Accepted[] = [];
  readonly hopeless = new Set<string>();
  readonly batches: BatchOrder[] = [];
  readonly #world: World;
  readonly #shop: Shop;
  readonly #end = new AbortController();
  #feeding: Promise<void> = Promise.resolve();

  constructor(world: World, shop: Shop) {
    this.#world = world;
    this.#shop = shop;
  }

  /** Ids whose end a webhook must tell. */
  get told(): string[] {
    const ofBatches = new Set(this.batches.flatMap((batch) => jobsOfBatch(batch).map(({ jobId }) => jobId)));
    return [...this.accepted.map(({ jobId }) => jobId).filter((jobId) => !ofBatches.has(jobId)), ...this.batches.map(({ batchId }) => batchId)];
  }

  start(): void {
    this.#feeding = this.#feed();
  }

  async end(): Promise<void> {
    this.#end.abort();
    await this.#feeding;
  }

  async #feed(): Promise<void> {
    for (let round = 0; !this.#end.signal.aborted; round++) {
      const open = this.told.filter((id) => !this.#world.receiver.isTold(id)).length;
      if (open < MOST_OPEN) await this.#order(round);
      await pause(EVERY_MS, undefined, { signal: this.#end.signal }).catch(() => undefined);
    }
  }

  async #order(round: number): Promise<void> {
    const shop = this.#shop;
    const hopeless = aHopelessJob(shop);
    this.hopeless.add(hopeless.jobId);
    const long = anAnalysis(shop, { type: 'heavy_analysis', input: { manga_id: shop.random.pick(shop.mangaIds), language: 'en' } });
    const jobs = [anAnalysis(shop), anAnalysis(shop, { type: 'full_enrichment' }), anAnalysis(shop, { type: 'full_enrichment' }), hopeless, long];
    await submit(this.#world, jobs, undefined);
    const unsent = await this.#write([anAnalysis(shop), anAnalysis(shop)]);
    this.accepted.push(...jobs, ...unsent);
    await this.#batch(round % 4 === 0);
  }

  /** As a door that died before it could send. */
  async #write(orders: readonly JobOrder[]): Promise<readonly JobOrder[]> {
    await Promise.all(orders.map((order) => this.#world.jobs.create(order, AbortSignal.timeout(WITHIN_MS))));
    return orders;
  }

  async #batch(isFannedOut: boolean): Promise<void> {
    const batch = aBatch(this.#shop, 3);
    const jobs = jobsOfBatch(batch);
    await this.#world.batches.create(batch, AbortSignal.timeout(WITHIN_MS));
    if (isFannedOut) {
      await submit(this.#world, jobs, undefined);
      await this.#world.batches.markFannedOut(batch.batchId, AbortSignal.timeout(WITHIN_MS));
    }
    this.batches.push(batch);
    this.accepted.push(...jobs);
  }
}

