// Like tools/workspace/register.mjs, but every file is translated once for all processes of a run: a worker
// that is killed every other second must not spend its life on translating.
import { transformFileSync } from '@swc/core';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const configFile = fileURLToPath(new URL('../../../../.swcrc', import.meta.url));
const folder = process.env['CHAOS_CODE_FOLDER'];

function translated(path) {
  const kept = join(folder, `${createHash('sha1').update(path).digest('hex')}.js`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const { code } = transformFileSync(path, { configFile });
  writeFileSync(`${kept}.${process.pid}`, code);
  renameSync(`${kept}.${process.pid}`, kept);
  return code;
}

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    return { format: 'module', source: translated(fileURLToPath(url)), shortCircuit: true };
  },
});
