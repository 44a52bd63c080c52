import { describe, expect, it } from '@jest/globals';
import { aTurn } from './testing/a-turn.ts';
import { windowByTokens } from './window-by-tokens.ts';

const byLength = (text: string): number => text.length;
const turn = (question: string, length: number): ReturnType<typeof aTurn> => aTurn({ question, answer: 'x'.repeat(length - question.length) });
const round = {
  toolUses: [{ toolUseId: 't1', name: 'search_manga_catalog', input: {} }],
  results: [{ toolUseId: 't1', status: 'success' as const, content: { results: [] } }],
};

describe('windowByTokens', () => {
  it('keeps everything that fits, to the token', () => {
    const turns = [turn('a', 10), turn('b', 10), turn('c', 10)];

    expect(windowByTokens(turns, 30, byLength)).toEqual(turns);
  });

  it('drops whole turns, oldest first', () => {
    const turns = [turn('a', 10), turn('b', 10), turn('c', 10)];

    expect(windowByTokens(turns, 29, byLength).map(({ question }) => question)).toEqual(['b', 'c']);
  });

  it('never keeps an older turn when a newer one had to go', () => {
    const turns = [turn('a', 5), turn('b', 50), turn('c', 5)];

    expect(windowByTokens(turns, 20, byLength).map(({ question }) => question)).toEqual(['c']);
  });

  it('counts tool calls and results, and never parts them', () => {
    const withTools = aTurn({ question: 'a', answer: 'b', toolRounds: [round] });

    expect(windowByTokens([withTools], 2, byLength)).toEqual([]);
    expect(windowByTokens([withTools], 2 + JSON.stringify([round]).length, byLength)).toEqual([withTools]);
  });

  it('gives nothing for nothing', () => {
    expect(windowByTokens([], 100, byLength)).toEqual([]);
  });
});
