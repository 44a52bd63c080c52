import { describe, expect, it } from '@jest/globals';
import { Gate } from './gate.ts';

describe('the gate', () => {
  it('lets ordinary operations run together and a transaction alone, in order of arrival', async () => {
    const gate = new Gate();
    const story: string[] = [];
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const recorded = (name: string, until?: Promise<void>) => async () => {
      story.push(`${name} starts`);
      await until;
      story.push(`${name} ends`);
    };

    const all = [
      gate.shared(recorded('read', first.promise)),
      gate.shared(recorded('write', second.promise)),
      gate.exclusive(recorded('transaction')),
      gate.shared(recorded('later')),
    ];
    second.resolve();
    await all[1];
    first.resolve();
    await Promise.all(all);

    expect(story).toEqual([
      'read starts',
      'write starts',
      'write ends',
      'read ends',
      'transaction starts',
      'transaction ends',
      'later starts',
      'later ends',
    ]);
  });

  it('stays open after an operation that fails', async () => {
    const gate = new Gate();
    const failing = () => Promise.reject(new Error('no'));

    await expect(gate.exclusive(failing)).rejects.toThrow('no');
    await expect(gate.shared(failing)).rejects.toThrow('no');

    expect(await gate.exclusive(() => Promise.resolve('open'))).toBe('open');
  });
});
