import { aProduct } from '@manga-assist/catalogue/testing';

export const PIRATES = aProduct({
  mangaId: 'MNG-PIRATES1',
  titleEn: 'Sea of Pirates',
  titleJa: '海賊の海',
  titleKana: 'カイゾクノウミ',
  titleRomaji: 'Kaizoku no Umi',
  aliases: ['KnU'],
  authors: [{ name: '海野波', kana: 'ウミノナミ', romaji: 'Nami Umino' }],
  startYear: 1999,
  endYear: null,
  status: 'ongoing',
  volumes: 4,
  demographic: 'shonen',
  genres: ['adventure', 'comedy'],
  themes: ['pirates', 'treasure', 'friendship', 'ships'],
  themesJa: ['海賊', '宝', '友情', '船'],
  synopsisEn: 'A boy sails out to find a treasure.',
  synopsisJa: '少年が宝を求めて海に出る。',
  priceJpy: 528,
  stock: [3, 0, 1, 7],
});

export const SMUGGLERS = aProduct({
  mangaId: 'MNG-SMUGGLE1',
  titleEn: 'Harbour Lights',
  titleJa: '港の灯',
  titleKana: 'ミナトノヒ',
  titleRomaji: 'Minato no Hi',
  authors: [{ name: '灯台守', kana: 'トウダイモリ', romaji: 'Mori Todai' }],
  demographic: 'seinen',
  genres: ['adventure', 'drama'],
  themes: ['pirates', 'ships', 'smuggling', 'family'],
  themesJa: ['海賊', '船', '密輸', '家族'],
  synopsisEn: 'Two sisters keep a lighthouse that smugglers would rather see dark.',
  synopsisJa: '姉妹が守る灯台を、密輸団は消したがっている。',
  priceJpy: 900,
});

export const BAKERY = aProduct({
  mangaId: 'MNG-BAKERY01',
  titleEn: 'Morning Bread',
  titleJa: '朝のパン',
  titleKana: 'アサノパン',
  titleRomaji: 'Asa no Pan',
  authors: [{ name: '麦田実', kana: 'ムギタミノル', romaji: 'Minoru Mugita' }],
  demographic: 'josei',
  genres: ['gourmet', 'slice-of-life'],
  themes: ['baking', 'bread', 'shop', 'early mornings'],
  themesJa: ['製パン', 'パン', '店', '早朝'],
  synopsisEn: 'A widow takes over a bakery and learns the trade from its oldest customer.',
  synopsisJa: '夫を亡くした女性がパン屋を継ぎ、最も古い客から仕事を教わる。',
  priceJpy: 660,
});

export const SHELF = [PIRATES, SMUGGLERS, BAKERY];
