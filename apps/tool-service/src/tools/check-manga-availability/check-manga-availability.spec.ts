import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PIRATES, SHELF } from '../../testing/shelf.ts';
import { ToolServiceUnderTest } from '../../testing/tool-service-under-test.ts';

let service: ToolServiceUnderTest;

beforeAll(async () => {
  service = await new ToolServiceUnderTest({ products: SHELF }).start();
});
afterAll(() => service.close());

const check = async (input: Record<string, unknown>) => service.call('check_manga_availability', input);
const series = { manga_id: 'MNG-PIRATES1', title_ja: '海賊の海', title_en: 'Sea of Pirates', volumes: 4 };

describe('availability', () => {
  it('of a volume says how many there are and what it costs', async () => {
    expect((await check({ manga_id: 'MNG-PIRATES1', volume: 4 })).content).toEqual({ ...series, volume: 4, in_stock: true, quantity: 7, price_jpy: 528 });
    expect((await check({ manga_id: 'MNG-PIRATES1', volume: 2 })).content).toEqual({ ...series, volume: 2, in_stock: false, quantity: 0, price_jpy: 528 });
  });

  it('of a series says which volumes there are', async () => {
    expect((await check({ manga_id: 'MNG-PIRATES1' })).content).toEqual({ ...series, in_stock: true, price_jpy: 528, volumes_available: [1, 3, 4] });
  });

  it('of a volume that does not exist is not found, with what the catalogue has', async () => {
    const answer = await check({ manga_id: 'MNG-PIRATES1', volume: 5 });

    expect(answer).toMatchObject({ status: 'error', error: { code: 'not_found', message: expect.stringContaining('4 volumes') } });
    expect(answer.content).toEqual({ ...series, error: answer.error });
  });

  it.each(['Sea of Pirates', '海賊の海', 'Kaizoku no Umi'])('is given for the title %s too, which models send by mistake', async (title) => {
    expect((await check({ manga_id: title, volume: 1 })).content).toMatchObject({ manga_id: 'MNG-PIRATES1', quantity: 3 });
  });

  it.each(['MNG-00000000', 'A title that nobody wrote'])('of %s is not found', async (named) => {
    expect(await check({ manga_id: named })).toMatchObject({ status: 'error', error: { code: 'not_found' } });
  });

  it('is that of the table at this moment, not of the start', async () => {
    await service.products.put([{ ...PIRATES, stock: [0, 0, 0, 0] }], new AbortController().signal);

    expect((await check({ manga_id: 'MNG-PIRATES1' })).content).toMatchObject({ in_stock: false, volumes_available: [] });
    expect((await check({ manga_id: 'Sea of Pirates', volume: 1 })).content).toMatchObject({ in_stock: false, quantity: 0 });
  });
});
