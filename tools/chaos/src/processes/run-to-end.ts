import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Runs a TypeScript file to its end; throws when it fails. */
export async function runToEnd(file: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=source', '--import', './tools/chaos/src/processes/typescript-once.mjs', file], {
    cwd: root,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exitCode = await new Promise((resolve) => child.once('exit', resolve));
  if (exitCode !== 0) throw new Error(`${file} ended with ${String(exitCode)}`);
}
