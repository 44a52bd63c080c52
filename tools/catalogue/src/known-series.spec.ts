import { describe, expect, it } from '@jest/globals';
import type { Product } from '@manga-assist/catalogue';
import { aProduct } from '@manga-assist/catalogue/testing';
import { KnownSeries } from './known-series.ts';
import { productFromSeriesRow } from './series-row.ts';

const reference = aProduct({
  titleJa: '鋼の錬金術師',
  titleEn: 'Fullmetal Alchemist',
  titleRomaji: 'Hagane no Renkinjutsushi',
  titleKana: 'ハガネノレンキンジュツシ',
  aliases: ['ハガレン', 'FMA'],
  authors: [{ name: '荒川弘', kana: 'アラカワヒロム', romaji: 'Hiromu Arakawa' }],
  startYear: 2001,
  themes: ['alchemy', 'brothers'],
  themesJa: ['錬金術', '兄弟'],
  synopsisEn: 'Two brothers look for a stone.',
  priceJpy: 550,
  stock: [9],
});
const known = new KnownSeries([reference]);
const row = (about: object = {}): Product => productFromSeriesRow({ native: '鋼の錬金術師', startYear: 2001, themes: ['Alchemy', 'War'], ...about });

describe('what a list leaves out of a series we know', () => {
  it('is filled in, and what the list says stays', () => {
    const completed = known.completed(row({ aliases: ['Edward'], status: 'FINISHED' }));

    expect(completed).toMatchObject({
      mangaId: row().mangaId,
      titleEn: 'Fullmetal Alchemist',
      titleRomaji: 'Hagane no Renkinjutsushi',
      aliases: ['Edward', 'ハガレン', 'FMA'],
      authors: [{ name: '荒川弘', romaji: 'Hiromu Arakawa' }],
      themes: ['Alchemy', 'War', 'brothers'],
      synopsisEn: 'Two brothers look for a stone.',
    });
    expect(completed.themesJa).toHaveLength(3);
  });

  it('leaves price, stock and id alone: they are the shop’s own', () => {
    expect(known.completed(row())).toMatchObject({ priceJpy: null, stock: [], mangaId: row().mangaId });
  });

  it('gives an author that the list names the readings we know', () => {
    expect(known.completed(row({ authors: ['荒川 弘', '別人'] })).authors).toMatchObject([{ name: '荒川弘', kana: 'アラカワヒロム' }, { name: '別人', kana: '' }]);
  });

  it('is not that of another work of the same name', () => {
    const other = row({ startYear: 1970 });

    expect(known.completed(other)).toBe(other);
  });

  it('stays empty when nobody knows the series', () => {
    const unknown = productFromSeriesRow({ native: '星屑のパン職人ジロー' });

    expect(known.completed(unknown)).toBe(unknown);
  });
});
