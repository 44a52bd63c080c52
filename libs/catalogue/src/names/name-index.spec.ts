import { describe, expect, it } from '@jest/globals';
import { understandQuery } from '../query/understand-query.ts';
import { aProduct } from '../testing/a-product.ts';
import { findOneTitle, findTitles, PLAINLY_NAMED, PROBABLY_NAMED } from './find-titles.ts';
import { NameIndex } from './name-index.ts';

const shelf = [
  aProduct({ titleJa: '海風の刃', titleKana: 'ウミカゼノヤイバ', titleRomaji: 'Umikaze no Yaiba', titleEn: 'Blade of the Sea Breeze', aliases: ['海刃'] }),
  aProduct({ titleJa: 'ムーンライダーズ', titleKana: 'ムーンライダーズ', titleRomaji: 'Moon Riders', titleEn: 'Moon Riders' }),
  aProduct({ titleJa: 'MONDE', titleKana: 'モンド', titleRomaji: 'Monde', titleEn: 'Monde' }),
  aProduct({ titleJa: 'モンド娘の毎日', titleKana: 'モンドムスメノマイニチ', titleRomaji: 'Mondo Musume no Mainichi', titleEn: 'Monde Girls' }),
  aProduct({ titleJa: '転送されたらスプーンだった', titleKana: 'テンソウサレタラスプーンダッタ', titleRomaji: 'Tensou Saretara Spoon Datta', titleEn: 'I Was Sent and Am a Spoon' }),
  aProduct({ titleJa: '北の城の王', titleKana: 'キタノシロノオウ', titleRomaji: 'Kita no Shiro no Ou', titleEn: 'King of the Northern Castle: The Siege' }),
  aProduct({ titleJa: '見習い少女まほろ☆リリカ', titleKana: 'ミナライショウジョマホロリリカ', titleRomaji: 'Minarai Shoujo Mahoro Lyrica', titleEn: 'Mahoro Lyrica' }),
  aProduct({ titleJa: 'GRAMERCY', titleKana: '', titleRomaji: 'GRAMERCY', titleEn: 'Gramercy' }),
];
const names = new NameIndex();
for (const product of shelf) names.put(product);
const titleOf = (mangaId: string | undefined): string | undefined => shelf.find((product) => product.mangaId === mangaId)?.titleJa;
const best = (text: string): string | undefined => titleOf(findTitles(names, understandQuery(text))[0]?.mangaId);

describe('the series a text names', () => {
  it.each([
    ['海風の刃', '海風の刃'],
    ['海刃', '海風の刃'],
    ['海風', '海風の刃'],
    ['うみかぜのやいば', '海風の刃'],
    ['umikaze no yaiba', '海風の刃'],
    ['海風の刃の3巻はありますか', '海風の刃'],
    ['海風の歯', '海風の刃'],
    ['友達に勧められた、転送されたらスプンだったという漫画', '転送されたらスプーンだった'],
    ['have you got moon riders in the shop', 'ムーンライダーズ'],
    ['ﾑｰﾝﾗｲﾀﾞｰｽﾞ', 'ムーンライダーズ'],
    ['ムンライ', 'ムーンライダーズ'],
    ['mon riders', 'ムーンライダーズ'],
    ['Monde', 'MONDE'],
    ['the one called Monde, not Monde Girls', 'MONDE'],
    ['monde girls', 'モンド娘の毎日'],
    ['転スプ', '転送されたらスプーンだった'],
    ['見習まほ', '見習い少女まほろ☆リリカ'],
    ['まほリリ', '見習い少女まほろ☆リリカ'],
    ['グラマシー', 'GRAMERCY'],
    ['友達にgiftしたいMoon Riders', 'ムーンライダーズ'],
    ['King of the Northern Castle', '北の城の王'],
    ['KotNC', '北の城の王'],
    ['KnSnO', '北の城の王'],
  ])('%s', (text, title) => {
    expect(best(text)).toBe(title);
  });

  it.each(['', '!?', '星屑のパン職人', 'a quiet story about tea', '『海の向こうの星』ください'])('is none for: %s', (text) => {
    expect(findTitles(names, understandQuery(text)).filter(({ score }) => score >= PROBABLY_NAMED)).toEqual([]);
  });

  it('is plain by the very title, likely by its beginning, by title or by nickname', () => {
    expect(names.exactly('海風の刃')[0]).toMatchObject({ by: 'title', score: 1 });
    expect(names.exactly('海刃')[0]?.by).toBe('alias');
    expect(findOneTitle(names, '海風')?.score).toBeLessThan(PLAINLY_NAMED);
    expect(findOneTitle(names, 'nothing of the kind')).toBeUndefined();
  });

  it('follows a series that changes its names', () => {
    const product = aProduct({ titleJa: '旧題', titleEn: 'Old Name' });
    names.put(product);
    names.put({ ...product, titleJa: '新題', titleEn: 'Brand New Name' });

    expect(names.exactly('Old Name')).toEqual([]);
    expect(names.exactly('Brand New Name')[0]?.mangaId).toBe(product.mangaId);
  });
});
