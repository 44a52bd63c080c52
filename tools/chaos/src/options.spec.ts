import { describe, expect, it } from '@jest/globals';
import { readOptions, UsageError } from './options.ts';

describe('the options of the chaos proof', () => {
  it('are a storm of ten thousand jobs when nothing is said', () => {
    expect(readOptions([], 5_000_000_042)).toEqual({ isHelp: false, proof: 'storm', isQuick: false, jobs: 10_000, kills: 30, times: 20, seed: 42, isJson: false });
  });

  it('are a tenth of it for CI, and may be chosen one by one', () => {
    expect(readOptions(['--quick', '--sweep', '--times', '3', '--seed', '7', '--json'], 0)).toEqual({ isHelp: false, proof: 'sweep', isQuick: true, jobs: 1_000, kills: 6, times: 3, seed: 7, isJson: true });
  });

  it.each([[['--jobs', 'many']], [['--jobs', '1']], [['--times', '0']], [['--sweep', '--fairness']], [['--gently']], [['quick']]])('refuses %p', (args) => {
    expect(() => readOptions(args, 0)).toThrow(UsageError);
  });
});
