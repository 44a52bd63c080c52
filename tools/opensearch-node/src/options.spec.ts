import { describe, expect, it } from '@jest/globals';
import { help, readOptions, UsageError } from './options.ts';

describe('the command line of opensearch-node', () => {
  it('has defaults', () => {
    expect(readOptions([], {})).toEqual({ isHelp: false, port: 9250, memoryMb: 768, command: [] });
  });

  it('prefers a flag to its variable, and keeps the command as it is', () => {
    expect(readOptions(['--port', '0', '--', 'npm', 'test', '--silent'], { OPENSEARCH_PORT: '1' })).toMatchObject({ port: 0, command: ['npm', 'test', '--silent'] });
    expect(readOptions([], { OPENSEARCH_PORT: '9300' }).port).toBe(9300);
  });

  it.each([[['--port', '70000']], [['--memory', '1']], [['--colour']], [['--port', 'x']]])('refuses %j and says why', (args) => {
    expect(() => readOptions(args, {})).toThrow(UsageError);
  });

  it('explains every flag', () => {
    for (const flag of ['--port', '--memory', '--help']) expect(help).toContain(flag);
  });
});
