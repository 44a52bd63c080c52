import { describe, expect, it } from '@jest/globals';
import type { SearchQuery } from '../catalogue-search.ts';
import { aProduct } from '../testing/a-product.ts';
import { openEmbeddedCatalogueSearch } from './embedded-catalogue-search.ts';

const { signal } = new AbortController();
const NOTHING = { titleEn: '', titleKana: '', titleRomaji: '', authors: [], publisher: '', startYear: 0, endYear: null, status: '', volumes: 0, demographic: '', genres: [], themes: [], themesJa: [], synopsisEn: '', synopsisJa: '', priceJpy: null, stock: [] } as const;

describe('a series of which the catalogue knows little', () => {
  const known = aProduct({ titleJa: '知られた船', titleEn: 'The Known Ship', priceJpy: 500, themes: ['ships'], themesJa: ['船'] });
  const untold = aProduct({ ...NOTHING, titleJa: 'ユメノフネ' });
  const unpriced = aProduct({ ...NOTHING, titleJa: '遠い島', themes: ['ships', 'islands'], themesJa: ['船', '島'], authors: [{ name: '島田一', kana: '', romaji: '' }] });
  const search = openEmbeddedCatalogueSearch();
  const find = async (query: Partial<SearchQuery>) => (await search.search({ text: 'ships', limit: 5, ...query }, signal)).map(({ product }) => product.titleJa);

  it('is found by the one title it has, by its author and by its themes', async () => {
    await search.upsert([known, untold, unpriced], signal);

    expect(await find({ text: 'yume no fune' })).toEqual(['ユメノフネ']);
    expect((await find({ text: '島田一' }))[0]).toBe('遠い島');
    expect(await find({})).toEqual(expect.arrayContaining(['知られた船', '遠い島']));
  });

  it('keeps no price limit, whose price nobody knows', async () => {
    expect(await find({ maxPriceJpy: 900 })).toEqual(['知られた船']);
  });

  it('has like series, and an unknown readership is nothing in common', async () => {
    const like = await search.similarTo(unpriced.mangaId, { limit: 5 }, signal);

    expect(like[0]?.product.titleJa).toBe('知られた船');
  });
});
