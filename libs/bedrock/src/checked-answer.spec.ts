import { describe, expect, it } from '@jest/globals';
import { unblockedAnswer, wholeAnswer, type StopReason } from './index.ts';

const stopped = (stopReason: StopReason) => ({ stopReason, text: 'Sorry.' });
const blocked = { kind: 'forbidden', code: 'bedrock.blocked-answer' };
const cut = { kind: 'unavailable', code: 'bedrock.cut-answer' };

describe('an answer that is looked at', () => {
  it.each<StopReason>(['end_turn', 'stop_sequence', 'tool_use'])('is given on when it came to its own end: %s', (stopReason) => {
    const answer = stopped(stopReason);

    expect(wholeAnswer(answer)).toBe(answer);
    expect(unblockedAnswer(answer)).toBe(answer);
  });

  it.each<StopReason>(['guardrail_intervened', 'content_filtered'])('is refused when it is a filter’s apology: %s', (stopReason) => {
    expect(() => wholeAnswer(stopped(stopReason))).toThrow(expect.objectContaining(blocked));
    expect(() => unblockedAnswer(stopped(stopReason))).toThrow(expect.objectContaining(blocked));
  });

  it.each<StopReason>(['max_tokens', 'model_context_window_exceeded'])('is half an answer when its length ended it, which some may take: %s', (stopReason) => {
    expect(() => wholeAnswer(stopped(stopReason))).toThrow(expect.objectContaining(cut));
    expect(unblockedAnswer(stopped(stopReason)).text).toBe('Sorry.');
  });
});
