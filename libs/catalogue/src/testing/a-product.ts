import type { Product } from '../product.ts';

let made = 0;

/** A series with everything a series needs; name what the test is about. */
export function aProduct(about: Partial<Product> = {}): Product {
  made++;
  return {
    mangaId: `MNG-TEST${String(made).padStart(4, '0')}`,
    titleEn: `Series ${made}`,
    titleJa: `作品${made}`,
    titleKana: 'サクヒン',
    titleRomaji: `Sakuhin ${made}`,
    aliases: [],
    authors: [{ name: '作者', kana: 'サクシャ', romaji: 'Sakusha' }],
    publisher: '出版社',
    startYear: 2001,
    endYear: 2010,
    status: 'finished',
    volumes: 3,
    demographic: 'shonen',
    genres: ['action'],
    themes: ['friendship', 'school', 'rivals', 'summer'],
    themesJa: ['友情', '学校', 'ライバル', '夏'],
    contentFlags: [],
    synopsisEn: 'A story that happens in a town.',
    synopsisJa: 'ある町で起こる物語。',
    priceJpy: 500,
    stock: [3, 0, 5],
    ...about,
  };
}
