import { describe, expect, it } from '@jest/globals';
import { tokensOf } from './tokens.ts';

describe('the words a text is searched by', () => {
  it.each([
    ['pirates', 'a pirate'],
    ['cooking', 'he cooks'],
    ['two kids', 'a child'],
    ['stories of thieves', 'thief'],
    ['料理人', '料理'],
    ['お琴', '琴'],
    ['ヤンキー', '不良'],
    ['ネコ', '猫'],
    ['ヴァイオリン', 'バイオリン'],
    ['rebuilding civilisation', 'civilization'],
    ['colourful', 'colorful'],
    ['theatre', 'theaters'],
    ['university club', 'college'],
  ])('meet for %s and %s', (one, other) => {
    const others = new Set(tokensOf(other));

    expect(tokensOf(one).some((token) => others.has(token))).toBe(true);
  });

  it('are none for words that say nothing', () => {
    expect(tokensOf('is there something about the')).toEqual([]);
    expect(tokensOf('！？')).toEqual([]);
    expect(tokensOf('主人公')).not.toContain('主人公');
  });
});
