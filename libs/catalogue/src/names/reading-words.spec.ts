import { describe, expect, it } from '@jest/globals';
import { readingWords } from './reading-words.ts';

describe('the words of a reading', () => {
  it.each([
    ['Watashi ga Motenai no wa', ['わたし', 'が', 'もてない', 'の', 'わ']],
    ["Shin'ya Shokudou", ['しんや', 'しよくどう']],
    ['Kitchen no Hi', ['きつちん', 'の', 'ひ']],
    ['Sōsō no Umi', ['そそ', 'の', 'うみ']],
  ])('%s', (romaji, words) => {
    expect(readingWords(romaji)).toEqual(words);
  });

  it('are none where one of them is not Japanese', () => {
    expect(readingWords('Umi no Xylograph')).toEqual([]);
    expect(readingWords('')).toEqual([]);
  });
});
