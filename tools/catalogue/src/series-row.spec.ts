import { describe, expect, it } from '@jest/globals';
import { mangaIdOf, productFromSeriesRow } from './series-row.ts';

const ROW = {
  native: '架空の海',
  romaji: 'Kakuu no Umi',
  english: 'The Imaginary Sea',
  kana: 'カクウノウミ',
  authors: ['架空花子'],
  authorsKana: ['カクウハナコ'],
  startYear: 2019,
  endYear: null,
  status: 'RELEASING',
  demographic: 'shōnen',
  genres: ['Sci-Fi', 'Ecchi', 'Mahou Shoujo'],
  themes: ['School Club', "Boys' Love", 'Glass Blowing'],
};

describe('productFromSeriesRow', () => {
  it('takes titles, authors and years as they are, and makes genres, demographic and status ours', () => {
    expect(productFromSeriesRow(ROW)).toMatchObject({
      titleJa: '架空の海',
      titleRomaji: 'Kakuu no Umi',
      titleEn: 'The Imaginary Sea',
      titleKana: 'カクウノウミ',
      authors: [{ name: '架空花子', kana: 'カクウハナコ' }],
      startYear: 2019,
      endYear: null,
      status: 'ongoing',
      demographic: 'shonen',
      genres: ['sci-fi', 'school', 'boys-love'],
    });
  });

  it('says themes in Japanese where it knows the word, keeps genres that are none of ours as themes, and marks what shoppers refuse', () => {
    const { themes, themesJa, contentFlags } = productFromSeriesRow(ROW);

    expect(themes).toEqual(['School Club', "Boys' Love", 'Glass Blowing', 'Mahou Shoujo']);
    expect(themesJa).toEqual(['部活', 'ボーイズラブ', 'Glass Blowing', '魔法少女']);
    expect(contentFlags).toEqual(['ecchi']);
  });

  it('leaves empty what the row does not tell', () => {
    expect(productFromSeriesRow({ native: '海' })).toMatchObject({
      titleEn: '海', titleRomaji: '海', titleKana: '', authors: [], demographic: '', genres: [], themes: [], synopsisEn: '', priceJpy: null, stock: [], status: '',
    });
    expect(productFromSeriesRow({ native: 'うみのひと' }).titleKana).toBe('ウミノヒト');
    expect(productFromSeriesRow({ native: '海', endYear: 2001 }).status).toBe('finished');
  });
});

describe('mangaIdOf', () => {
  it('is the same for the same title in any width, and of the form of our ids', () => {
    expect(mangaIdOf('ＯＮＥ　ＰＩＥＣＥ')).toBe(mangaIdOf('ONE PIECE'));
    expect(mangaIdOf('海')).not.toBe(mangaIdOf('山'));
    expect(mangaIdOf('海')).toMatch(/^MNG-[A-Z0-9]{8}$/);
  });
});
