import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { marksIn } from './marks.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'marks-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that passes these failpoints one after the other and ends; how it ended, and its marks. */
async function passing(failpoints: readonly string[], death: { failpoint: string; nth: number }): Promise<{ signal: unknown; marks: string[] }> {
  const marks = join(folder, 'marks');
  const passes = `for (const name of ${JSON.stringify(failpoints)}) globalThis[Symbol.for('manga-assist.failpoint')](name);`;
  const preload = fileURLToPath(new URL('./die-at-failpoint.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--import', preload, '--input-type=module', '--eval', passes], {
    env: { CHAOS_FAILPOINT: death.failpoint, CHAOS_FAILPOINT_NTH: String(death.nth), CHAOS_MARKS: marks },
  });
  const [, signal] = (await once(child, 'exit')) as unknown[];
  return { signal, marks: marksIn(marks) };
}

describe('the mark of a death', () => {
  it('is left the nth time the failpoint is passed, and nothing is done after it', async () => {
    const ending = await passing(['job.claimed', 'job.after_s3', 'job.claimed', 'job.claimed'], { failpoint: 'job.claimed', nth: 2 });

    expect(ending).toEqual({ signal: 'SIGKILL', marks: ['job.claimed'] });
  });

  it('is not there when the failpoint was passed too seldom', async () => {
    expect(await passing(['job.claimed', 'job.after_s3'], { failpoint: 'job.claimed', nth: 2 })).toEqual({ signal: null, marks: [] });
  });
});
