import { describe, expect, it } from '@jest/globals';
import { understandQuery } from './understand-query.ts';

describe('a shopper’s words', () => {
  it.each([
    ['Do you have Fullmetal Alchemist?', 'Fullmetal Alchemist'],
    ['looking for the manga Delicious in Dungeon', 'Delicious in Dungeon'],
    ['hi, could you recommend me a manga about bread baking please', 'bread baking'],
    ['鬼滅の刃 23巻 在庫ありますか', '鬼滅の刃'],
    ['ワンピって何巻まで出てる？', 'ワンピ'],
    ['ベルセルクを探しています', 'ベルセルク'],
    ['将棋の漫画を教えてください', '将棋'],
    ['薬屋のひとりごと', '薬屋のひとりごと'],
    ['君に届け', '君に届け'],
  ])('lose the asking: %s', (text, core) => {
    expect(understandQuery(text).core).toBe(core);
  });

  it.each([
    ['ワンピースに似たアクション漫画を教えてください', 'ワンピース', 'アクション'],
    ['進撃の巨人みたいなダークで先が読めない漫画', '進撃の巨人', 'ダークで先が読めない'],
    ['スラムダンク好きにおすすめの漫画', 'スラムダンク', ''],
    ['What manga series are similar to One Piece?', 'One Piece', ''],
    ['quiet, episodic, like Mushishi', 'Mushishi', 'quiet, episodic'],
    ['if I liked Haikyu what should I read next', 'Haikyu', ''],
    ['for fans of Vagabond', 'Vagabond', ''],
    ['I finished Vagabond, what now?', 'Vagabond', ''],
    ['like Dr. Stone for my brother', 'Dr. Stone', ''],
    ['けいおん!っぽい漫画', 'けいおん', ''],
  ])('name what it is to be like: %s', (text, like, core) => {
    expect(understandQuery(text)).toMatchObject({ like, core });
  });

  it.each([
    ['the one called Monster. Not Monster Musume!', ['Monster Musume']],
    ['NARUTOじゃなくてBORUTO', ['NARUTO']],
    ['ワンピース以外の海賊漫画', ['ワンピース']],
    ['horror but no gore', ['gore']],
    ['完結したホラー、グロくないやつ', ['グロ', 'グロい']],
    ['井上雄彦でバスケじゃないやつ', ['井上雄彦でバスケ', 'バスケ']],
    ['kimetsu no yaiba', []],
    ['Shingeki no Kyojin', []],
  ])('say what is not wanted: %s', (text, unwanted) => {
    expect(understandQuery(text).unwanted).toEqual(unwanted);
  });

  it('say whom it is for, what kind, how long, how dear, and what it must not show', () => {
    expect(understandQuery('completed josei romance, no fan service')).toMatchObject({
      traits: { demographic: 'josei', status: 'finished', genres: ['romance'] },
      unwantedFlags: ['ecchi', 'nudity', 'sexual-content'],
      isOnlyTraits: true,
    });
    expect(understandQuery('完結した500円以下の少年漫画').traits).toEqual({ demographic: 'shonen', status: 'finished', maxPriceJpy: 500, genres: [] });
    expect(understandQuery('10巻以内のホラー').traits).toEqual({ maxVolumes: 10, genres: ['horror'] });
    expect(understandQuery('90年代の少女漫画').traits).toMatchObject({ demographic: 'shojo', startYears: { from: 1990, to: 1999 } });
  });

  it('do not demand what they only mention', () => {
    expect(understandQuery('20世紀少年').traits).toEqual({ genres: [] });
    expect(understandQuery('romance between two chefs').isOnlyTraits).toBe(false);
  });

  it.each([
    ['by the author of Monster', { title: 'Monster', isForOthers: false }],
    ["who wrote Monster? I want their other work", { title: 'Monster', isForOthers: true }],
    ['ワンピースの作者の他の漫画', { title: 'ワンピース', isForOthers: true }],
    ['鬼滅の刃を描いた人は誰', { title: '鬼滅の刃', isForOthers: false }],
    ['the story of an author', undefined],
  ])('name an author by a work: %s', (text, sameAuthor) => {
    expect(understandQuery(text).sameAuthor).toEqual(sameAuthor);
  });

  it.each(['where is my order', 'ORD-7K2M9Q4X', '注文番号を教えて', 'クレジットカードは使えますか', 'do you ship to Kyoto', '営業時間は？'])('ask about the shop: %s', (text) => {
    expect(understandQuery(text).isAboutService).toBe(true);
  });

  it.each(['君に届け', '魔法の使い方を学ぶ話', '手紙を配達する少女', '天気の子', 'Kiki’s Delivery Service', 'a trading card game', 'the order of knights', '注文の多い料理店', 'ご注文はうさぎですか?'])('ask for a story all the same: %s', (text) => {
    expect(understandQuery(text).isAboutService).toBe(false);
  });

  it('ask for what has ended, in other words', () => {
    expect(understandQuery('gourmet manga for adults that has ended')).toMatchObject({ traits: { status: 'finished', genres: ['gourmet'] }, isOnlyTraits: true });
    expect(understandQuery('もう終わってるホラー漫画').traits.status).toBe('finished');
  });

  it('quote a title', () => {
    expect(understandQuery('『星屑のパン職人』の3巻ください')).toMatchObject({ quotedTitle: '星屑のパン職人', volumes: { from: 3, to: 3 } });
  });

  it.each(['', '！？', '巻', 'の', 'like', 'not', '「」', '　'])('may be next to nothing: %j', (text) => {
    expect(() => understandQuery(text)).not.toThrow();
  });
});
