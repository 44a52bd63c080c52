import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import type { DeliveryRecord } from '../records/delivery-records.ts';
import { InMemoryDeliveryRecords } from '../testing/in-memory-records.ts';
import { anEvent, anOwner, inMemoryWebhooks, ScriptedWebhookSender, SHOP, VirtualTime, type InMemoryWebhooks } from '../testing/index.ts';
import type { WebhookDelivery } from '../webhook-delivery.ts';

const OWNER = anOwner();
const { signal } = new AbortController();
const deliveries = async ({ outbox }: InMemoryWebhooks): Promise<readonly WebhookDelivery[]> => (await outbox.deliveries(OWNER, { limit: 100 }, signal)).deliveries;

describe('a deliverer whose tables are out of reach', () => {
  const unavailable = new AppError('unavailable', 'webhooks.unavailable', 'Not just now.');

  /** The same records, of which the first calls that `isTroubled` picks out fail. */
  class TroubledRecords extends InMemoryDeliveryRecords {
    readonly #records: InMemoryDeliveryRecords;
    readonly #isTroubled: (call: 'due' | 'claim' | 'settle', number: number) => boolean;
    readonly #calls = { due: 0, claim: 0, settle: 0 };

    constructor(records: InMemoryDeliveryRecords, isTroubled: (call: 'due' | 'claim' | 'settle', number: number) => boolean) {
      super();
      this.#records = records;
      this.#isTroubled = isTroubled;
    }

    override async due(...query: Parameters<InMemoryDeliveryRecords['due']>): ReturnType<InMemoryDeliveryRecords['due']> {
      if (this.#isTroubled('due', ++this.#calls.due)) throw unavailable;
      return this.#records.due(...query);
    }

    override get(...key: Parameters<InMemoryDeliveryRecords['get']>): ReturnType<InMemoryDeliveryRecords['get']> {
      return this.#records.get(...key);
    }

    override async replace(record: DeliveryRecord): Promise<boolean> {
      const call = record.dueAtMs === undefined ? 'settle' : 'claim';
      if (this.#isTroubled(call, ++this.#calls[call])) throw unavailable;
      return this.#records.replace(record);
    }
  }

  const worldWith = async (isTroubled: ConstructorParameters<typeof TroubledRecords>[1], Records = TroubledRecords) => {
    const time = new VirtualTime();
    const sender = new ScriptedWebhookSender(time);
    const world = { ...inMemoryWebhooks({ clock: time.clock, timers: time, sender }), sender };
    const troubles: string[] = [];
    await world.endpoints.register(OWNER, { url: SHOP, eventTypes: [] }, signal);
    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    const deliverer = world.openDeliverer({ deliveries: new Records(world.records.deliveries, isTroubled), observer: { troubled: ({ code }) => troubles.push(code) } });
    deliverer.start();
    await time.pass(60_000);
    await deliverer.close();
    return { world, troubles };
  };

  it('says so and goes on when they are there again', async () => {
    const { world, troubles } = await worldWith((call, number) => call !== 'settle' && number <= 5);

    expect(await deliveries(world)).toMatchObject([{ status: 'delivered' }]);
    expect(troubles.length).toBeGreaterThan(2);
    expect(new Set(troubles)).toEqual(new Set(['webhooks.unavailable']));
  });

  it('sends nothing again because of an answer that it could write down only later', async () => {
    const { world, troubles } = await worldWith((call, number) => call === 'settle' && number <= 5);

    expect(await deliveries(world)).toMatchObject([{ status: 'delivered' }]);
    expect(world.sender.sent).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  it('sends again what it could never write down, under the same id', async () => {
    const { world, troubles } = await worldWith((call, number) => call === 'settle' && number <= 60);

    expect(await deliveries(world)).toMatchObject([{ status: 'delivered' }]);
    expect(world.sender.sent.map(({ headers }) => headers['webhook-id'])).toEqual([world.sender.sent[0]?.headers['webhook-id'], world.sender.sent[0]?.headers['webhook-id']]);
    expect(troubles).toEqual(['webhooks.unavailable']);
  });

  it('writes an attempt into the log once, though the answer to its writing was lost', async () => {
    class DeafRecords extends TroubledRecords {
      override async replace(record: DeliveryRecord): Promise<boolean> {
        const isWritten = await super.replace(record);
        if (record.status === 'delivered' && isWritten) throw unavailable;
        return isWritten;
      }
    }
    const { world, troubles } = await worldWith(() => false, DeafRecords);

    expect(await deliveries(world)).toMatchObject([{ status: 'delivered', attempts: [{ outcome: 'delivered' }] }]);
    expect((await deliveries(world))[0]?.attempts).toHaveLength(1);
    expect(world.sender.sent).toHaveLength(1);
    expect(troubles).toEqual([]);
  });
});
