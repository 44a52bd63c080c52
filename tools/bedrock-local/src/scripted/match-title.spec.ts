import { describe, expect, it } from '@jest/globals';
import { matchTitle } from './match-title.ts';
import type { Series } from './series.ts';

function series(titleJa: string, titleEn: string, titleRomaji: string): Series {
  return { titleJa, titleEn, titleRomaji, aliases: [], authors: [], genres: [] };
}

const shelf = [
  series('ONE PIECE', 'One Piece', 'One Piece'), series('進撃の巨人', 'Attack on Titan', 'Shingeki no Kyojin'), series('ワンパンマン', 'One-Punch Man', 'One Punch-Man'),
  series('転生したらスライムだった件', 'That Time I Got Reincarnated as a Slime', 'Tensei Shitara Slime Datta Ken'), series('ちはやふる', 'Chihayafuru', 'Chihayafuru'),
  series('SLAM DUNK', 'Slam Dunk', 'Slam Dunk'), series('SPY×FAMILY', 'Spy x Family', 'Spy x Family'), series('葬送のフリーレン', "Frieren: Beyond Journey's End", 'Sousou no Frieren'),
  series('薬屋のひとりごと', 'The Apothecary Diaries', 'Kusuriya no Hitorigoto'), series('らんま1/2', 'Ranma ½', 'Ranma 1/2'),
];

describe('a title that only shares a word with another', () => {
  it('is not that one', () => {
    expect(matchTitle('Zxqwvy Chronicles', [{ titleEn: 'Sand Chronicles', titleRomaji: 'Sunadokei', aliases: [], authors: [], genres: [] }]).match).toBe('none');
  });
});

describe('an abbreviation of two characters', () => {
  it('is probably the series that begins with the first of them', () => {
    expect(matchTitle('鋼錬', [{ titleJa: '鋼の錬金術師', aliases: [], authors: [], genres: [] }]).match).toBe('close');
  });
});

describe('a title', () => {
  const found: [string, string][] = [
    ['ワンピース', 'ONE PIECE'], ['わんぴーす', 'ONE PIECE'], ['進撃の虚人', '進撃の巨人'], ['SnK', '進撃の巨人'], ['shingeki no kyozin', '進撃の巨人'], ['OPM', 'ワンパンマン'], ['転スラ', '転生したらスライムだった件'],
    ['Tihayahuru', 'ちはやふる'], ['スラダン', 'SLAM DUNK'], ['スパイファミリー', 'SPY×FAMILY'], ['Frieren', '葬送のフリーレン'], ['Sōsō no Furīren', '葬送のフリーレン'], ['薬師のひとりごと', '薬屋のひとりごと'], ['らんま½', 'らんま1/2'],
  ];

  it.each(found)('%s is found as %s', (asked, title) => {
    expect(matchTitle(asked, shelf)).toMatchObject({ match: expect.stringMatching(/sure|close/), series: { titleJa: title } });
  });

  it.each(['星屑のパン職人ジロー', 'The Baker of Stardust', 'カレーの王子様', 'Monster'])('%s is not on the shelf', (asked) => {
    expect(matchTitle(asked, shelf).match).toBe('none');
  });
});
