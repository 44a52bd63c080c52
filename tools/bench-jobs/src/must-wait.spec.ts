import { describe, expect, it } from '@jest/globals';
import { mustWait } from './must-wait.ts';

describe('a measurement behind a backlog', () => {
  it('takes one of which nearly everything still waits, and no other', () => {
    expect(() => mustWait(18_000, 20_000)).not.toThrow();
    expect(() => mustWait(17_999, 20_000)).toThrow('only 17999 of 20000 messages still wait');
  });
});
