import type { StoredTurn } from './conversation-store.ts';

/**
 * The newest turns that together take at most `mostTokens`, oldest first. Whole turns only: a tool's
 * call and its result, a question and its answer are shown to the model together or not at all.
 */
export function windowByTokens(turns: readonly StoredTurn[], mostTokens: number, estimate: (text: string) => number): readonly StoredTurn[] {
  let left = mostTokens;
  let first = turns.length;
  while (first > 0) {
    left -= tokensOf(turns[first - 1], estimate);
    if (left < 0) break;
    first--;
  }
  return turns.slice(first);
}

function tokensOf(turn: StoredTurn | undefined, estimate: (text: string) => number): number {
  if (turn === undefined) return 0;
  const { question, answer, toolRounds } = turn;
  return estimate(question) + estimate(answer) + (toolRounds.length === 0 ? 0 : estimate(JSON.stringify(toolRounds)));
}
