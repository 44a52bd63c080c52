import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anOrder, SHOPPER, ToolServiceUnderTest } from '../../testing/tool-service-under-test.ts';
import { SHELF } from '../../testing/shelf.ts';

let service: ToolServiceUnderTest;

beforeAll(async () => {
  service = await new ToolServiceUnderTest({ products: SHELF }).start();
  await service.orders.put({ tenantId: 'store', subject: 'shopper-1' }, anOrder());
  await service.orders.put({ tenantId: 'store', subject: 'shopper-2' }, anOrder({ orderId: 'ORD-SOMEELSE' }));
  await service.orders.put({ tenantId: 'other-store', subject: 'shopper-1' }, anOrder({ orderId: 'ORD-ELSEWHER' }));
});
afterAll(() => service.close());

const status = (order_id: string, as = SHOPPER) => service.call('get_order_status', { order_id }, { as });

describe('an order', () => {
  it('of the caller is shown as it stands', async () => {
    expect(await status('ORD-7K2M9Q4X')).toEqual({
      tool_use_id: 'use_1',
      status: 'success',
      content: {
        order_id: 'ORD-7K2M9Q4X',
        status: 'shipped',
        placed_at: '2026-11-20T03:00:00.000Z',
        estimated_delivery: '2026-11-25',
        items: [{ manga_id: 'MNG-PIRATES1', title_ja: '海賊の海', title_en: 'Sea of Pirates', volume: 2, quantity: 1, price_jpy: 528 }],
      },
    });
  });

  it.each(['ＯＲＤ－７Ｋ２Ｍ９Ｑ４Ｘ', 'ord-7k2m9q4x', ' ORD-7K2M9Q4X ', 'ORDー7K2M9Q4X', 'ORD−7K2M9Q4X'])('is found as %s', async (orderId) => {
    expect((await status(orderId)).content).toMatchObject({ order_id: 'ORD-7K2M9Q4X' });
  });

  it('that is someone else’s is answered like one that does not exist', async () => {
    const missing = await status('ORD-00000000');

    expect(missing).toMatchObject({ status: 'error', error: { code: 'not_found' } });
    expect(await status('ORD-SOMEELSE')).toEqual(missing);
    expect(await status('ORD-ELSEWHER')).toEqual(missing);
    expect(await status('ORD-7K2M9Q4X', { ...SHOPPER, principal: { ...SHOPPER.principal, subject: 'guest-1' } })).toEqual(missing);
  });

  it('that is someone else’s is looked up like one that does not exist, and answered with the same bytes', async () => {
    const asked: unknown[] = [];
    const get = service.orders.get.bind(service.orders);
    service.orders.get = (owner, orderId) => {
      asked.push(owner);
      return get(owner, orderId);
    };
    const bytes = async (order_id: string) => (await service.post('get_order_status', { tool_use_id: 'use_1', input: { order_id } })).text();

    expect(await bytes('ORD-SOMEELSE')).toBe(await bytes('ORD-00000000'));
    expect(asked).toEqual([{ tenantId: 'store', subject: 'shopper-1' }, { tenantId: 'store', subject: 'shopper-1' }]);
  });

  it('of hundreds of items is shown in part, and says so', async () => {
    const [item] = anOrder().items;
    const items = Array.from({ length: 300 }, (_, index) => ({ ...item, volume: index + 1 }) as NonNullable<typeof item>);
    await service.orders.put({ tenantId: 'store', subject: 'shopper-1' }, anOrder({ orderId: 'ORD-MANYMANY', items }));

    const { content } = await status('ORD-MANYMANY');
    const shown = content['items'] as unknown[];

    expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThanOrEqual(8 * 1024);
    expect(shown.length).toBeGreaterThan(30);
    expect(content['note']).toBe(`${300 - shown.length} more items were left out to keep this short.`);
  });
});
