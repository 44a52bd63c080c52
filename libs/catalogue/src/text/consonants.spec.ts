import { describe, expect, it } from '@jest/globals';
import { consonantsOf } from './consonants.ts';

describe('the consonants of a foreign word', () => {
  it.each([
    ['クレイモア', 'Claymore'],
    ['ベック', 'BECK'],
    ['トライガン', 'Trigun'],
    ['ルーキーズ', 'Rookies'],
    ['フェイトゼロ', 'Fate/Zero'],
    ['ソウルイーター', 'Soul Eater'],
    ['ハンターハンター', 'HUNTER×HUNTER'],
    ['フルーツバスケット', 'Fruits Basket'],
    ['ヴィンランド・サガ', 'Vinland Saga'],
    ['ブラッククローバー', 'Black Clover'],
    ['カウボーイビバップ', 'Cowboy Bebop'],
    ['アクセル・ワールド', 'Accel World'],
    ['オーバーロード', 'Overlord'],
    ['ﾄﾞﾘﾌﾀｰｽﾞ', 'Drifters'],
    ['シャーマンキング', 'Shaman King'],
  ])('are the same in katakana and in English: %s, %s', (katakana, english) => {
    expect(consonantsOf(katakana)?.consonants).toBe(consonantsOf(english)?.consonants);
    expect(consonantsOf(english)?.consonants).toMatch(/^[a-z]{2,}$/);
  });

  it.each([
    ['ベック', 'Bleach'],
    ['トライガン', 'Dragon'],
    ['ルーキーズ', 'Cookies'],
  ])('tell other words apart: %s, %s', (katakana, english) => {
    expect(consonantsOf(katakana)?.consonants).not.toBe(consonantsOf(english)?.consonants);
  });

  it('are those of no text with kanji or hiragana', () => {
    expect(consonantsOf('鋼の錬金術師')).toBeUndefined();
    expect(consonantsOf('3月のライオン')).toBeUndefined();
    expect(consonantsOf('')).toBeUndefined();
  });
});
