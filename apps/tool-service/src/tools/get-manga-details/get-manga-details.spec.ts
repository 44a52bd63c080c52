import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PIRATES, SHELF } from '../../testing/shelf.ts';
import { ToolServiceUnderTest } from '../../testing/tool-service-under-test.ts';

let service: ToolServiceUnderTest;

beforeAll(async () => {
  service = await new ToolServiceUnderTest({ products: SHELF }).start();
});
afterAll(() => service.close());

const details = async (manga_id: string, language: 'en' | 'ja' = 'en') => service.call('get_manga_details', { manga_id }, { language });

describe('the details of a series', () => {
  it('are all that a shopper may know of it, and nothing else', async () => {
    expect((await details('MNG-PIRATES1')).content).toEqual({
      manga_id: 'MNG-PIRATES1',
      title_ja: '海賊の海',
      title_romaji: 'Kaizoku no Umi',
      title_en: 'Sea of Pirates',
      title_kana: 'カイゾクノウミ',
      aliases: ['KnU'],
      authors: ['Nami Umino'],
      publisher: '出版社',
      genres: ['adventure', 'comedy'],
      demographic: 'shonen',
      themes: ['pirates', 'treasure', 'friendship', 'ships'],
      content_flags: [],
      start_year: 1999,
      volumes: 4,
      status: 'ongoing',
      description: 'A boy sails out to find a treasure.',
      price_jpy: 528,
      in_stock: true,
    });
  });

  it('are told in the language of the caller', async () => {
    expect((await details('海賊の海', 'ja')).content).toMatchObject({ authors: ['海野波'], themes: ['海賊', '宝', '友情', '船'], description: '少年が宝を求めて海に出る。' });
  });

  it('have the stock of this moment', async () => {
    await service.products.put([{ ...PIRATES, stock: [0, 0, 0, 0] }], new AbortController().signal);

    expect((await details('Sea of Pirates')).content).toMatchObject({ in_stock: false });
  });

  it.each(['MNG-00000000', 'A title that nobody wrote'])('of %s are not found', async (named) => {
    expect(await details(named)).toMatchObject({ status: 'error', error: { code: 'not_found' } });
  });
});
