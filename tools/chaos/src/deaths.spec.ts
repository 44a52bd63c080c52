import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Deaths, type Graveyard, type Mortal } from './deaths.ts';
import type { Death } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'deaths-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Workers that end as they are told to, one after the other; every one of them by SIGKILL. */
function graveyardOf(...endings: ((death: Death) => 'up' | 'not up')[]): Graveyard & { started: number; notes: string[] } {
  const graveyard = {
    folder: mkdtempSync(join(folder, 'graveyard-')),
    started: 0,
    notes: [] as string[],
    history: { note: (what: string) => void graveyard.notes.push(what) },
    worker: async (name: string, { death }: { death: Death }): Promise<Mortal> => {
      const isUp = endings[graveyard.started++]?.(death) === 'up';
      return { name, isGone: true, ended: Promise.resolve({ exitCode: null, signal: 'SIGKILL', tookMs: 0 }), up: () => (isUp ? Promise.resolve() : Promise.reject(new Error('did not come up'))), kill: () => undefined };
    },
  };
  return graveyard;
}

const dies = (by: 'up' | 'not up') => (death: Death): 'up' | 'not up' => {
  appendFileSync(death.marks, `${death.failpoint}\n`);
  return by;
};
const at = { failpoint: 'job.claimed', nth: 1 } as const;

describe('deaths', () => {
  it('count with the mark that was left at the failpoint, also of a worker that had only begun to come up', async () => {
    const deaths = new Deaths(graveyardOf(dies('up'), dies('not up')));

    await deaths.at(at, 'worker');
    await deaths.at(at, 'worker');

    expect([...deaths.byFailpoint]).toEqual([['job.claimed', 2]]);
  });

  it('do not count without a mark, though a SIGKILL has ended the worker', async () => {
    const deaths = new Deaths(graveyardOf(() => 'up'));

    await deaths.at(at, 'worker');

    expect([deaths.byFailpoint.size, [...deaths.notReached]]).toEqual([0, ['job.claimed']]);
  });

  it('are tried again with another worker when one does not come up, but not for ever', async () => {
    const [late, never] = [graveyardOf(() => 'not up', dies('up')), graveyardOf()];
    const deaths = new Deaths(late);

    await deaths.at(at, 'worker');
    await new Deaths(never).at(at, 'worker');

    expect([deaths.byFailpoint.get('job.claimed'), late.notes, never.started]).toEqual([1, ['not started', 'died'], 3]);
  });
});
