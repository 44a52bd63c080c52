import { describe, expect, it } from '@jest/globals';
import { wordsForTheme } from './theme-glossary.ts';

describe('wordsForTheme', () => {
  it('knows a theme however it is spelled, and says nothing of one that it does not know', () => {
    expect(wordsForTheme('Post-Apocalyptic')).toContain('終末');
    expect(wordsForTheme("Boys' Love")).toBe(wordsForTheme('boys love'));
    expect(wordsForTheme('glass blowing')).toBe('');
  });
});
