import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command of this folder, run as a person would; Ctrl-C is pressed once `stopAfter` stands on standard error. */
export async function run(command: 'dlq' | 'demo-batch', args: readonly string[], { stopAfter, environment = {} }: { stopAfter?: string; environment?: Record<string, string> } = {}): Promise<Ran> {
  const child = spawn(process.execPath, ['--conditions=source', '--import', './tools/workspace/register.mjs', `tools/job-commands/src/${command}.ts`, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    const isNew = stopAfter !== undefined && !stderr.includes(stopAfter);
    stderr += String(chunk);
    if (isNew && stderr.includes(stopAfter)) child.kill('SIGINT');
  });
  const [stdout, code] = await Promise.all([text(child.stdout), new Promise<number | null>((resolve) => child.once('close', resolve))]);
  return { code, stdout, stderr };
}
