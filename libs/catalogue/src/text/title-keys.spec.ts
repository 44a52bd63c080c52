import { describe, expect, it } from '@jest/globals';
import { kanjiNumber } from './kanji-numerals.ts';
import { initialismsOf, partsOf, titleKeys, type TitleKeys } from './title-keys.ts';

const isSame = (a: TitleKeys, b: TitleKeys): boolean => a.folded === b.folded || (a.romaji !== '' && a.romaji === b.romaji);

describe('two ways to write a title', () => {
  it.each([
    ['わんぴーす', ['ワンピース', 'ﾜﾝﾋﾟｰｽ', 'wan piisu', 'wanpisu', 'WANPĪSU']],
    ['シンゲキノキョジン', ['shingeki no kyojin', 'singeki no kyozin', 'しんげきのきょじん']],
    ['ちはやふる', ['Chihayafuru', 'Tihayahuru', 'チハヤフル']],
    ['ソウソウノフリーレン', ['Sōsō no Furīren', 'sousou no furiiren']],
    ['ヴィンランド・サガ', ['ビンランドサガ', 'vinrando saga']],
    ['ハイキュー!!', ['Haikyu', 'haikyuu', 'はいきゅう']],
    ['聲の形', ['声の形']],
    ['3月のライオン', ['三月のライオン', '３月のらいおん']],
    ['20世紀少年', ['二十世紀少年', '２０世紀少年']],
    ['らんま1/2', ['らんま½', 'ﾗﾝﾏ１／２', 'らんま二分の一']],
    ['HUNTER×HUNTER', ['hunter x hunter', 'Hunter✕Hunter']],
    ['ゆるキャン△', ['ゆるきゃん', 'ﾕﾙｷｬﾝ']],
    ['約束のネバーランド', ['約束のネバランド']],
    ['Spice & Wolf', ['spice and wolf']],
  ])('is the same as %s', (title, spellings) => {
    for (const spelling of spellings) expect([spelling, isSame(titleKeys(spelling), titleKeys(title))]).toEqual([spelling, true]);
  });

  it.each([
    ['MONSTER', 'モンスター娘'],
    ['第1部', '第2部'],
    ['バガボンド', 'ベルセルク'],
    ['3月', '4月'],
  ])('is not the same for %s and %s', (one, other) => {
    expect(isSame(titleKeys(one), titleKeys(other))).toBe(false);
  });

  it('leaves the sound of kanji open, which only the catalogue knows', () => {
    expect(titleKeys('鬼滅の刃').romaji).toBe('');
  });
});

describe('initials of a title', () => {
  it.each([
    ['Shingeki no Kyojin', ['snk']],
    ['HUNTER×HUNTER', ['hxh']],
    ['One-Punch Man', ['opm']],
    ['The Sea Between', ['tsb', 'sb']],
    ['Monster', []],
    ['アイアムアヒーロー', []],
  ])('%s', (title, initials) => {
    expect(initialismsOf(title)).toEqual(initials);
  });
});

describe('parts of a title', () => {
  it.each([
    ['東京喰種 トーキョーグール', ['東京喰種', 'トーキョーグール']],
    ['Demon Slayer: Kimetsu no Yaiba', ['Demon Slayer', 'Kimetsu no Yaiba']],
    ['One-Punch Man', []],
    ['Re:Sea -A Life on the Waves-', ['Sea -A Life on the Waves-', 'Re:Sea']],
  ])('%s', (title, parts) => {
    expect(partsOf(title)).toEqual(parts);
  });
});

describe('a written number', () => {
  it.each([
    ['二十二', 22],
    ['十', 10],
    ['百一', 101],
    ['一〇一', 101],
    ['二〇', 20],
    ['九十九', 99],
    ['千', 1_000],
    ['三万二', 30_002],
  ])('%s is %d', (numeral, number) => {
    expect(kanjiNumber(numeral)).toBe(number);
  });
});
