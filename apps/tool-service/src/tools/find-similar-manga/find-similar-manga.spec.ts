import { aProduct } from '@manga-assist/catalogue/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PIRATES, SHELF } from '../../testing/shelf.ts';
import { ToolServiceUnderTest } from '../../testing/tool-service-under-test.ts';

/** The same work under another id. */
const DELUXE = aProduct({ ...PIRATES, mangaId: 'MNG-DELUXE01', titleEn: 'Sea of Pirates: Deluxe Edition' });
/** Nearer to pirates than anything, and gone. */
const SOLD_OUT = aProduct({ ...PIRATES, mangaId: 'MNG-SOLDOUT1', titleEn: 'Captain Rum', titleJa: 'ラム船長', titleKana: 'ラムセンチョウ', titleRomaji: 'Ramu Sencho', aliases: [], authors: [{ name: '波止場', kana: 'ハトバ', romaji: 'Hatoba' }], priceJpy: 900, stock: [0, 0] });
const UNPRICED = aProduct({ mangaId: 'MNG-UNPRICED', titleEn: '', titleJa: '霧の船', titleKana: '', titleRomaji: '', demographic: '', genres: ['adventure'], themes: ['pirates', 'ships'], themesJa: ['海賊', '船'], priceJpy: null, stock: [] });

let service: ToolServiceUnderTest;

beforeAll(async () => {
  service = await new ToolServiceUnderTest({ products: [...SHELF, UNPRICED, DELUXE, SOLD_OUT] }).start();
});
afterAll(() => service.close());

const similar = async (input: Record<string, unknown>, language: 'en' | 'ja' = 'en') => service.call('find_similar_manga', input, { language });
const ids = (content: Record<string, unknown>) => (content['results'] as { manga_id: string }[]).map(({ manga_id }) => manga_id);

describe('similar series', () => {
  it.each([{ title: 'Sea of Pirates' }, { title: 'ｶｲｿﾞｸﾉｳﾐ' }, { manga_id: 'MNG-PIRATES1' }, { manga_id: 'Sea of Pirates' }, { manga_id: 'MNG-00000000', title: '海賊の海' }])(
    'are found by %j, without the series itself',
    async (input) => {
      const { content } = await similar(input);

      expect(content['similar_to']).toEqual({ manga_id: 'MNG-PIRATES1', title_ja: '海賊の海', title_en: 'Sea of Pirates' });
      expect(ids(content)).toContain('MNG-SMUGGLE1');
      expect(ids(content)).not.toContain('MNG-PIRATES1');
      expect(ids(content)).not.toContain('MNG-DELUXE01');
    },
  );

  it('come with a reason in the language of the caller', async () => {
    const reasonIn = async (language: 'en' | 'ja') => ((await similar({ title: '海賊の海', demographic: 'seinen' }, language)).content['results'] as { reason: string }[])[0]?.reason;

    expect(await reasonIn('en')).toBe('Has in common with Sea of Pirates: pirates, ships, adventure');
    expect(await reasonIn('ja')).toBe('「海賊の海」との共通点：海賊、船、冒険');
  });

  it.each([
    [{ demographic: 'seinen' }, ['MNG-SMUGGLE1']],
    [{ genre: 'Drama' }, ['MNG-SMUGGLE1']],
    [{ in_stock: true, genre: 'drama' }, ['MNG-SMUGGLE1']],
    [{ in_stock: true, genre: 'gourmet', demographic: 'josei', max_price_jpy: 100 }, []],
    [{ max_results: 1 }, [expect.any(String)]],
    [{ min_price_jpy: 600, genre: 'adventure', in_stock: true }, ['MNG-SMUGGLE1']],
    [{ from_year: 2001, to_year: 2001, genre: 'drama' }, ['MNG-SMUGGLE1']],
    [{ to_year: 2000, genre: 'drama' }, []],
    // What nobody knows the price of keeps no limit.
    [{ max_price_jpy: 700, genre: 'adventure' }, []],
  ])('keep to %j', async (limits, expected) => {
    expect(ids((await similar({ title: 'Sea of Pirates', ...limits })).content)).toEqual(expected);
  });

  it('that are sold out come last, and say so', async () => {
    const { content } = await similar({ title: 'Sea of Pirates' });
    const results = content['results'] as Record<string, unknown>[];

    expect(results.at(-1)).toMatchObject({ manga_id: 'MNG-SOLDOUT1', in_stock: false });
    expect(results.slice(0, -1).some((result) => 'in_stock' in result)).toBe(false);
    expect(ids((await similar({ title: 'Sea of Pirates', in_stock: true })).content)).not.toContain('MNG-SOLDOUT1');
  });

  it('that are none are told to be none', async () => {
    expect((await similar({ title: 'Sea of Pirates', max_price_jpy: 1 })).content).toMatchObject({ results: [], total: 0, note: expect.stringContaining('Do not name series') });
  });

  it.each([[{ title: 'A title that nobody wrote' }, 'not_found'], [{ manga_id: 'MNG-00000000' }, 'not_found'], [{}, 'invalid_arguments'], [{ title: '' }, 'invalid_arguments'], [{ title: 'x', query: 'y' }, 'invalid_arguments']])(
    '%j is refused in words: %s',
    async (input, code) => {
      expect(await similar(input)).toMatchObject({ status: 'error', error: { code } });
    },
  );
});

describe('a series of which little is known', () => {
  it('is shown without what is not known', async () => {
    const results = (await similar({ title: 'Sea of Pirates' })).content['results'] as Record<string, unknown>[];
    const unpriced = results.find(({ manga_id }) => manga_id === 'MNG-UNPRICED');

    expect(unpriced).toMatchObject({ title_ja: '霧の船', genres: ['adventure'] });
    for (const field of ['title_en', 'title_romaji', 'demographic']) expect(unpriced).not.toHaveProperty(field);
  });

  it('has an unknown price', async () => {
    expect((await service.call('check_manga_availability', { manga_id: 'MNG-UNPRICED' })).content).toMatchObject({ title_ja: '霧の船', in_stock: false, price_jpy: null, price_note: 'price unknown' });
    expect((await service.call('get_manga_details', { manga_id: '霧の船' })).content).toMatchObject({ price_jpy: null, price_note: 'price unknown' });
  });
});
