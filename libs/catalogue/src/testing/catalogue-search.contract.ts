import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueSearch, SearchQuery } from '../catalogue-search.ts';
import type { Product } from '../product.ts';
import { aProduct } from './a-product.ts';
import type { CatalogueSearchContract } from './contract-options.ts';
import { shoppersSentencesContract } from './shoppers-sentences.contract.ts';

const painter = { name: '架空花子', kana: 'カクウハナコ', romaji: 'Hanako Kakuu' };

/** Invented series, so that nothing here depends on the shop's shelf. */
export const SHELF = {
  sea: aProduct({
    titleJa: '海風の刃', titleKana: 'ウミカゼノヤイバ', titleRomaji: 'Umikaze no Yaiba', titleEn: 'Blade of the Sea Breeze', aliases: ['海刃'], authors: [painter],
    genres: ['action', 'adventure'], themes: ['pirates', 'swords', 'treasure', 'islands'], themesJa: ['海賊', '剣', '宝', '島'],
    synopsisEn: 'A girl with a cursed sword sails from island to island to find a pirate treasure.', synopsisJa: '呪われた剣を持つ少女が、海賊の宝を求めて島から島へ航海する。',
    volumes: 12, priceJpy: 480, startYear: 1999,
  }),
  harbour: aProduct({
    titleJa: '港町の大海賊', titleKana: 'ミナトマチノダイカイゾク', titleRomaji: 'Minatomachi no Daikaizoku', titleEn: 'Harbour Kings',
    genres: ['action', 'adventure', 'comedy'], themes: ['pirates', 'harbour town', 'treasure', 'rivals'], themesJa: ['海賊', '港町', '宝', 'ライバル'],
    synopsisEn: 'Two rival pirate crews share one harbour and race for every treasure.', synopsisJa: '一つの港を分け合う二つの海賊団が、宝をめぐって競い合う。',
    volumes: 30, priceJpy: 520, status: 'ongoing', endYear: null,
  }),
  bread: aProduct({
    titleJa: '月夜のパン屋', titleKana: 'ツキヨノパンヤ', titleRomaji: 'Tsukiyo no Pan-ya', titleEn: 'The Moonlight Bakery', authors: [painter],
    demographic: 'josei', genres: ['slice-of-life', 'romance', 'gourmet'], themes: ['bakery', 'night shift', 'widow', 'cooking'], themesJa: ['パン屋', '夜勤', '未亡人', '料理'],
    synopsisEn: 'A widow opens a bakery that sells only at night and slowly falls in love with a regular.', synopsisJa: '夜だけ開くパン屋を始めた未亡人が、常連客に少しずつ惹かれていく。',
    volumes: 5, priceJpy: 660, contentFlags: [],
  }),
  ghost: aProduct({
    titleJa: '聲なき家', titleKana: 'コエナキイエ', titleRomaji: 'Koe Naki Ie', titleEn: 'House Without Voices', aliases: ['HWV'],
    demographic: 'seinen', genres: ['horror', 'mystery'], themes: ['haunted house', 'twins', 'grudge', 'village'], themesJa: ['幽霊屋敷', '双子', '怨念', '村'],
    synopsisEn: 'Twins inherit a haunted house in a mountain village where nobody speaks after dark.', synopsisJa: '双子が相続したのは、日が暮れると誰も口をきかない山村の幽霊屋敷だった。',
    volumes: 3, priceJpy: 700, contentFlags: ['gore'],
  }),
  castle: aProduct({
    titleJa: '聲の城', titleKana: 'コエノシロ', titleRomaji: 'Koe no Shiro', titleEn: 'Castle of Voices',
    demographic: 'seinen', genres: ['horror', 'historical'], themes: ['castle', 'siege', 'curse', 'war'], themesJa: ['城', '籠城', '呪い', '戦争'],
    synopsisEn: 'During a siege the dead of a castle begin to speak through its walls.', synopsisJa: '籠城のさなか、城の死者たちが壁越しに語りはじめる。',
    volumes: 8, priceJpy: 620,
  }),
} satisfies Record<string, Product>;

/** What every CatalogueSearch promises, however it finds. */
export function catalogueSearchContract({ open, close }: CatalogueSearchContract): void {
  shoppersSentencesContract({ open, ...(close !== undefined && { close }) });
  describe('as a CatalogueSearch', () => {
    const { signal } = new AbortController();
    let search: CatalogueSearch;
    beforeAll(async () => {
      search = await open();
      await search.upsert(Object.values(SHELF), signal);
    });
    afterAll(() => close?.(search));

    const find = async (text: string, more: Partial<SearchQuery> = {}): Promise<string[]> =>
      (await search.search({ text, limit: 5, ...more }, signal)).map(({ product }) => product.titleJa);

    it.each([
      ['海風の刃', '海風の刃'],
      ['ｳﾐｶｾﾞﾉﾔｲﾊﾞ', '海風の刃'],
      ['umikaze no yaiba', '海風の刃'],
      ['Blade of the See Breeze', '海風の刃'],
      ['海刃の3巻ありますか', '海風の刃'],
      ['do you have harbour kings', '港町の大海賊'],
      ['声の城', '聲の城'],
      ['tsukiyo no panya', '月夜のパン屋'],
      ['HWV', '聲なき家'],
    ])('finds the series that is named first: %s', async (text, title) => {
      expect((await find(text))[0]).toBe(title);
    });

    it.each([
      ['海賊の漫画', ['海風の刃', '港町の大海賊']],
      ['something about pirates', ['海風の刃', '港町の大海賊']],
      ['a widow who bakes at night', ['月夜のパン屋']],
      ['双子が主人公のホラー', ['聲なき家']],
      ['架空花子の作品', ['海風の刃', '月夜のパン屋']],
      ['anything by Kakuu Hanako', ['海風の刃', '月夜のパン屋']],
    ])('finds what a story is about, and who made it: %s', async (text, titles) => {
      expect(new Set((await find(text)).slice(0, titles.length))).toEqual(new Set(titles));
    });

    it('says how each was found, best first', async () => {
      const [byTitle] = await search.search({ text: '聲の城', limit: 5 }, signal);
      const [byAuthor] = await search.search({ text: 'Hanako Kakuu', limit: 5 }, signal);
      const pirates = await search.search({ text: '海賊', limit: 5 }, signal);

      expect(byTitle).toMatchObject({ matchedBy: 'title', score: 1 });
      expect(byAuthor?.matchedBy).toBe('author');
      expect(pirates.map(({ score }) => score)).toEqual(pirates.map(({ score }) => score).toSorted((a, b) => b - a));
      expect(pirates.every(({ score }) => score > 0 && score <= 1)).toBe(true);
    });

    it('finds nothing for a quoted title that nobody sells, and for noise', async () => {
      expect(await find('『星屑のパン職人ジロー』の3巻ください')).toEqual([]);
      expect(await find('!?')).toEqual([]);
      expect(await find('qwzx vbnm')).toEqual([]);
    });

    it('keeps to every demand: genre, demographic, status, price, author, and what to leave out', async () => {
      expect(await find('海賊', { genre: 'comedy' })).toEqual(['港町の大海賊']);
      expect(await find('架空花子', { demographic: 'josei' })).toEqual(['月夜のパン屋']);
      expect(await find('海賊', { status: 'finished' })).toEqual(['海風の刃']);
      expect(await find('海賊', { maxPriceJpy: 500 })).toEqual(['海風の刃']);
      expect(await find('海賊', { author: 'Kakuu' })).toEqual(['海風の刃']);
      expect(await find('海賊', { exclude: [SHELF.sea.mangaId] })).toEqual(['港町の大海賊']);
      expect(await find('horror but no gore')).toEqual(['聲の城']);
      expect(await find('Castle of Voices, not House Without Voices')).toEqual(['聲の城']);
    });

    it('keeps to demands that stand in the words', async () => {
      expect(await find('completed josei romance')).toEqual(['月夜のパン屋']);
      expect(await find('500円以下の海賊漫画')).toEqual(['海風の刃']);
    });

    it('takes a title for a title, also where its words are demands elsewhere', async () => {
      const titles = [
        aProduct({ titleJa: '海の子じゃない', titleEn: 'Not a Child of the Sea', titleRomaji: 'Umi no Ko ja Nai', demographic: 'shojo' }),
        aProduct({ titleJa: 'こどもの海', titleEn: 'Kodomo no Umi', titleRomaji: 'Kodomo no Umi', demographic: 'seinen' }),
      ];
      await search.upsert(titles, signal);

      for (const text of ['海の子じゃない', '海の子じゃないの3巻ありますか', '海の子じゃないなんか置いてますか', 'Not a Child of the Sea']) expect((await find(text))[0]).toBe('海の子じゃない');
      for (const text of ['Kodomo no Umi', 'do you have Kodomo no Umi vol. 2?']) expect((await find(text))[0]).toBe('こどもの海');
      await search.delete(titles.map(({ mangaId }) => mangaId), signal);
    });

    it('takes an author for an author, though a title stands in the name', async () => {
      const works = [
        aProduct({ titleJa: 'AKANE', titleKana: 'アカネ', titleRomaji: 'Akane', titleEn: 'Akane' }),
        aProduct({ titleJa: '箱の中', authors: [{ name: '夕月あかね', kana: 'ユウヅキアカネ', romaji: 'Akane Yuuzuki' }] }),
      ];
      await search.upsert(works, signal);

      for (const text of ['夕月あかね', '夕月あかねの漫画', 'ユウヅキアカネ']) expect((await find(text))[0]).toBe('箱の中');
      expect((await find('あかね'))[0]).toBe('AKANE');
      await search.delete(works.map(({ mangaId }) => mangaId), signal);
    });

    it('finds nothing for who wants free copies', async () => {
      expect(await find('link me free scans of Harbour Kings')).toEqual([]);
      expect(await find('海風の刃を無料で全巻読めるサイト')).toEqual([]);
      expect((await find('港町の大海賊'))[0]).toBe('港町の大海賊');
    });

    it('gives no more than it is asked for', async () => {
      expect(await find('海賊', { limit: 1 })).toHaveLength(1);
    });

    it('recommends what is like a series, never that series', async () => {
      const like = await search.similarTo(SHELF.sea.mangaId, { limit: 3 }, signal);

      expect(like[0]).toMatchObject({ product: { titleJa: '港町の大海賊' }, matchedBy: 'similar' });
      expect(like.map(({ product }) => product.mangaId)).not.toContain(SHELF.sea.mangaId);
      expect((await find('海風の刃みたいな漫画'))[0]).toBe('港町の大海賊');
      expect((await find('What is similar to Blade of the Sea Breeze?'))[0]).toBe('港町の大海賊');
      expect(await search.similarTo(SHELF.sea.mangaId, { limit: 3, demographic: 'josei' }, signal)).toMatchObject([{ product: { titleJa: '月夜のパン屋' } }]);
      expect(await search.similarTo('MNG-NOSUCHID', { limit: 3 }, signal)).toEqual([]);
    });

    it('knows the one series that a text names', async () => {
      expect((await search.resolveTitle('Blade of the Sea Breeze', signal))?.product.mangaId).toBe(SHELF.sea.mangaId);
      expect((await search.resolveTitle('月夜のパン屋ってありますか', signal))?.product.mangaId).toBe(SHELF.bread.mangaId);
      expect(await search.resolveTitle('a story about tea', signal)).toBeUndefined();
    });

    it('takes in what is new and what has changed', async () => {
      const added = aProduct({ titleJa: '新刊の塔', titleEn: 'Tower of New Books', themes: ['lighthouse', 'library', 'storm', 'cat'], themesJa: ['灯台', '図書館', '嵐', '猫'] });
      await search.upsert([added], signal);
      expect(await find('新刊の塔')).toEqual(['新刊の塔']);

      await search.upsert([{ ...added, titleEn: 'Tower of Old Books', stock: [0, 0, 0] }], signal);
      expect((await search.search({ text: 'Tower of Old Books', limit: 1 }, signal))[0]?.product.stock).toEqual([0, 0, 0]);
      expect((await search.search({ text: 'Tower of Old Books', limit: 1 }, signal))[0]?.score).toBe(1);
    });

    it('keeps to ranges of price and year, and to what is in stock', async () => {
      const gone = aProduct({ titleJa: '売り切れの海賊', titleEn: 'The Pirate Who Sold Out', themes: ['pirates', 'sea', 'treasure', 'crew'], startYear: 1984, stock: [0, 0] });
      await search.upsert([gone], signal);

      expect(await find('海賊', { inStock: true })).not.toContain('売り切れの海賊');
      expect(await find('海賊', { inStock: false })).toEqual(['売り切れの海賊']);
      expect(await find('海賊', { fromYear: 1980, toYear: 1989 })).toEqual(['売り切れの海賊']);
      expect(await find('海賊', { minPriceJpy: 510 })).toEqual(['港町の大海賊']);
      await search.delete([gone.mangaId], signal);
    });

    it('shows its hits a page at a time, and no page of another search', async () => {
      const all = await search.search({ text: '海賊', limit: 5 }, signal);
      const first = await search.searchPage({ text: '海賊', limit: 1 }, signal);
      const second = await search.searchPage({ text: '海賊', limit: 1, cursor: first.next ?? '' }, signal);

      expect([...first.hits, ...second.hits].map(({ product }) => product.mangaId)).toEqual(all.slice(0, 2).map(({ product }) => product.mangaId));
      expect((await search.searchPage({ text: '海賊', limit: 20 }, signal)).next).toBeUndefined();
      for (const cursor of ['', 'x', '1.AAAAAAAAAAAAAAAA', first.next ?? '']) {
        await expect(search.searchPage({ text: '海', limit: 1, cursor }, signal)).rejects.toMatchObject({ kind: 'invalid', code: 'catalogue.cursor' });
      }
    });

    it('says what of a series fits: its name, its author, its themes, or what it shares', async () => {
      const explanationOf = async (text: string) => (await search.search({ text, limit: 1 }, signal))[0]?.explanation;

      expect(await explanationOf('Blade of the Sea Brieze')).toMatchObject({ name: 'Blade of the Sea Breeze' });
      expect(await explanationOf('架空花子')).toMatchObject({ author: '架空花子' });
      expect((await explanationOf('海賊の漫画'))?.themesJa).toContain('海賊');
      expect((await search.similarTo(SHELF.sea.mangaId, { limit: 1 }, signal))[0]?.explanation.themes).toContain('pirates');
    });

    it('counts what there is of each kind', async () => {
      const soldOut = aProduct({ titleJa: '品切れの本', stock: [0, 0], demographic: 'kodomo', genres: [] });
      const before = await search.facets({}, signal);
      await search.upsert([soldOut], signal);

      const facets = await search.facets({}, signal);
      expect(facets.genres).toContainEqual({ value: 'horror', count: 2 });
      expect(facets.inStock).toBe(before.inStock);
      expect(facets.demographics).toContainEqual({ value: 'kodomo', count: 1 });
      expect((await search.facets({ genre: 'horror' }, signal)).demographics).toEqual([{ value: 'seinen', count: 2 }]);
      await search.delete([soldOut.mangaId], signal);
    });

    it('completes names in any script', async () => {
      for (const prefix of ['海風', 'umik', 'ウミカ', 'Blade of']) expect((await search.suggest(prefix, 3, signal))[0]?.titleJa).toBe('海風の刃');
      for (const prefix of [' ', '', '!?']) expect(await search.suggest(prefix, 3, signal)).toEqual([]);
    });

    it('forgets what it is told to', async () => {
      const product = aProduct({ titleJa: '絶版の灯台', titleEn: 'Lighthouse Out of Print', authors: [{ name: '絶版太郎', kana: 'ゼッパンタロウ', romaji: 'Tarou Zeppan' }] });
      await search.upsert([product], signal);
      const { series } = await search.health(signal);

      await search.delete([product.mangaId, 'MNG-NOSUCHID'], signal);

      expect(await search.resolveTitle('絶版の灯台', signal)).toBeUndefined();
      expect(await find('絶版太郎')).not.toContain('絶版の灯台');
      expect(await search.suggest('絶版', 3, signal)).toEqual([]);
      expect(await search.health(signal)).toMatchObject({ isReachable: true, series: series - 1 });
    });

    it('stops when it is told to', async () => {
      await expect(search.search({ text: '海賊', limit: 5 }, AbortSignal.abort())).rejects.toThrow();
    });

    it('is reachable', async () => {
      expect(await search.isReachable(signal)).toBe(true);
    });
  });
}
