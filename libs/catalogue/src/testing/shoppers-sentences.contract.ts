import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueSearch } from '../catalogue-search.ts';
import { aProduct } from './a-product.ts';
import type { CatalogueSearchContract } from './contract-options.ts';

const keeper = { name: '灯台守', kana: 'トウダイモリ', romaji: 'Mori Toudai' };
const one = { name: 'ONE', kana: 'ワン', romaji: 'ONE' };
const plain = { genres: ['drama' as const], themes: ['weather', 'seasons', 'tea', 'windows'], themesJa: ['天気', '季節', 'お茶', '窓'] };

/** Invented series again, in families: parts of one work, works of one author, one theme in different words. */
const FLEET = {
  storm: aProduct({
    titleJa: '嵐の航路', titleEn: 'Stormway', titleRomaji: 'Arashi no Kouro', authors: [keeper], volumes: 20,
    genres: ['adventure'], themes: ['sailing', 'storms', 'crew', 'islands'], themesJa: ['航海', '嵐', '船員', '島'],
  }),
  side: aProduct({
    titleJa: '嵐の航路 外伝 凪', titleEn: 'Stormway: Calm', titleRomaji: 'Arashi no Kouro Gaiden', authors: [keeper],
    genres: ['adventure'], themes: ['sailing', 'storms', 'crew', 'islands'], themesJa: ['航海', '嵐', '船員', '島'],
  }),
  tide: aProduct({
    titleJa: '満ち潮', titleEn: 'High Tide', titleRomaji: 'Michishio', authors: [one],
    genres: ['adventure'], themes: ['sailing', 'storms', 'rivals', 'islands'], themesJa: ['航海', '嵐', 'ライバル', '島'],
  }),
  tideAgain: aProduct({
    titleJa: '満ち潮 第二部', titleEn: 'High Tide: Second Part', titleRomaji: 'Michishio 2', authors: [one],
    genres: ['adventure'], themes: ['sailing', 'storms', 'rivals', 'islands'], themesJa: ['航海', '嵐', 'ライバル', '島'],
  }),
  garden: aProduct({ ...plain, titleJa: '庭の手紙', titleEn: 'Letters from a Garden', titleRomaji: 'Niwa no Tegami', authors: [keeper], volumes: 2 }),
  claymore: aProduct({ ...plain, titleJa: 'GRAMERCY', titleEn: 'Gramercy', titleRomaji: 'GRAMERCY', titleKana: '' }),
  violin: aProduct({ ...plain, titleJa: '弦のひと', titleEn: 'The String Player', titleRomaji: 'Gen no Hito', themes: ['violin', 'colours', 'rehearsal', 'winter'], themesJa: ['ヴァイオリン', '色彩', '稽古', '冬'] }),
  shuttle: aProduct({ ...plain, titleJa: '羽根のうた', titleEn: 'Song of Feathers', titleRomaji: 'Hane no Uta', themes: ['Gender Bending', 'agriculture', 'autumn', 'trains'], themesJa: ['性転換', '農業', '秋', '鉄道'] }),
  spell: aProduct({ ...plain, titleJa: '見習い少女まほろ☆リリカ', titleEn: 'Mahoro Lyrica', titleRomaji: 'Minarai Shoujo Mahoro Lyrica', titleKana: 'ミナライショウジョマホロリリカ' }),
};

/** Sentences in which shoppers ask, however the search finds. */
export function shoppersSentencesContract({ open, close }: CatalogueSearchContract): void {
  describe('asked as shoppers ask', () => {
    const { signal } = new AbortController();
    let search: CatalogueSearch;
    beforeAll(async () => {
      search = await open();
      await search.upsert(Object.values(FLEET), signal);
    });
    afterAll(() => close?.(search));

    const find = async (text: string): Promise<string[]> => (await search.search({ text, limit: 5 }, signal)).map(({ product }) => product.titleJa);

    it.each(['嵐の航路みたいなやつ', 'something like Stormway for my sister', 'I loved Stormway', '嵐の航路が好きなら何がいい？'])('recommends other works, no part of the same, each work once: %s', async (text) => {
      const found = await find(text);

      expect(found[0]).toMatch(/^満ち潮/);
      expect(found.filter((title) => title.startsWith('満ち潮'))).toHaveLength(1);
      expect(found.filter((title) => title.startsWith('嵐の航路'))).toEqual([]);
    });

    it('takes what names no series for what the story is about', async () => {
      expect((await find('something like sailing through storms')).slice(0, 4).sort()).toEqual(['嵐の航路', '嵐の航路 外伝 凪', '満ち潮', '満ち潮 第二部'].sort());
    });

    it('knows an author by a work, by a family name with sensei, and no pen name in other words', async () => {
      expect(await find('嵐の航路の作者の他の作品')).toEqual(['嵐の航路 外伝 凪', '庭の手紙'].toSorted());
      expect(await find('other manga by the author of High Tide')).toEqual(['満ち潮 第二部']);
      expect((await find('who wrote Stormway?'))[0]).toBe('嵐の航路');
      expect(new Set((await find('灯台先生の漫画')).slice(0, 3))).toEqual(new Set(['嵐の航路', '嵐の航路 外伝 凪', '庭の手紙']));
      expect((await find('one of those letters from a garden stories'))[0]).toBe('庭の手紙');
    });

    it('leaves out what must not be: a theme, a work, a quality', async () => {
      expect(await find('灯台守で航海じゃないやつ')).toEqual(['庭の手紙']);
      expect(await find('stories with islands, no rivals')).toEqual(['嵐の航路', '嵐の航路 外伝 凪'].toSorted());
      expect(await find('島の漫画、満ち潮以外')).not.toContain('満ち潮');
    });

    it.each([
      ['グラマシー', 'GRAMERCY'],
      ['まほリリ', '見習い少女まほろ☆リリカ'],
      ['友達にgiftしたいんだけどStormwayの1巻ある？', '嵐の航路'],
      ['my kid wants High Tide', '満ち潮'],
      ['バイオリンの漫画', '弦のひと'],
      ['a manga about colors', '弦のひと'],
      ['a boy turns into a girl', '羽根のうた'],
      ['農家の話', '羽根のうた'],
    ])('finds by sound, by a short form, among other words, by another word for it: %s', async (text, title) => {
      expect((await find(text))[0]).toBe(title);
    });

    it.each(['注文した商品がまだ届きません', 'where is my order ORD-7K2M9Q4X', '送料はいくらですか', "what's the weather on the islands today"])('finds no story for who asks about the shop: %s', async (text) => {
      expect(await find(text)).toEqual([]);
    });

    it('finds the series that is named all the same', async () => {
      expect((await find('cancel my order of Stormway'))[0]).toBe('嵐の航路');
    });

    it.each(['', '？！', 'title:* OR 1', '/(a+)+$/', '{"match_all":{}}', '\\', '『', '\u0000', '\ud800', '🍣'.repeat(30), 'あ'.repeat(10_000), 'very long story '.repeat(700), '(('.repeat(2_000)])('takes hostile text for words: %#', async (text) => {
      expect((await find(text)).length).toBeLessThanOrEqual(5);
      expect(await search.resolveTitle(text, signal)).toBeUndefined();
      expect((await search.suggest(text, 5, signal)).length).toBeLessThanOrEqual(5);
      expect(await search.search({ text: '嵐', author: text, limit: 5 }, signal)).toBeInstanceOf(Array);
    });

    it.each([0, -1, -100, NaN, 0.5])('gives nothing to who asks for %p', async (limit) => {
      for (const text of ['嵐の航路', '航海', '嵐の航路みたいな漫画', '嵐の航路の作者の漫画']) expect(await search.search({ text, limit }, signal)).toEqual([]);
      expect(await search.similarTo(FLEET.storm.mangaId, { limit }, signal)).toEqual([]);
      expect(await search.suggest('嵐', limit, signal)).toEqual([]);
      expect((await search.searchPage({ text: '航海', limit }, signal)).hits).toEqual([]);
    });
  });
}
