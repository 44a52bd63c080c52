// Installs what package-lock.json names, when that changed since the last install or something is
// missing; runs before npm start and npm test, on a fresh clone too. So it is plain JavaScript with no
// dependencies, and any Node from 20 on can run it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The least Node that can install; the project itself then runs on the one in node_modules. */
const LEAST_NODE = 20;
const NODE_OF_PROJECT = '24';

const root = process.env.MANGA_ASSIST_ROOT ?? fileURLToPath(new URL('../..', import.meta.url));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.manga-assist-install');
const own = join(modules, '.bin', 'node');

function main() {
  if (Number(process.versions.node.split('.')[0]) < LEAST_NODE) {
    return fail(`MangaAssist needs Node ${LEAST_NODE} or newer to install itself; this is ${process.version}.`);
  }
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lockText).digest('hex');
  const reason = reasonToInstall(JSON.parse(lockText), hash);
  if (reason === undefined) {
    console.log('Dependencies are up to date.');
    return 0;
  }
  console.log(`Installing dependencies with npm ci: ${reason}.`);
  // An install that is interrupted must not count as done.
  rmSync(stamp, { force: true });
  const { status, error, signal } = spawnSync('npm', ['ci'], { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: pathWithoutModules() } });
  if (error) return fail(`npm could not be started (${error.message}). Is it on the PATH?`);
  if (status !== 0) return fail(`npm ci failed (${signal ?? `exit code ${status}`}).`, status ?? 1);
  if (!hasOwnNode()) {
    return fail(`npm ci did not bring Node ${NODE_OF_PROJECT}: its install script was skipped. Run npm ci without --ignore-scripts.`);
  }
  writeFileSync(stamp, hash);
  return 0;
}

function fail(line, exitCode = 1) {
  console.error(line);
  return exitCode;
}

/** Why an install is needed; undefined when it is not. */
function reasonToInstall(lock, hash) {
  if (!existsSync(modules)) return 'there are none yet';
  if (!hasOwnNode()) return `node_modules has no Node ${NODE_OF_PROJECT}`;
  const missing = Object.entries(lock.packages).find(([path, { link }]) => link && !existsSync(join(root, path)));
  if (missing) return `${missing[0]} is missing`;
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
  if (installed === hash) return undefined;
  // Somebody may have run npm ci by hand.
  if (!isInstalled(lock)) return installed === undefined ? 'the last install is not complete' : 'package-lock.json has changed';
  writeFileSync(stamp, hash);
  return undefined;
}

/** Whether node_modules is what the lock names, by the list that npm leaves there when it has finished. */
function isInstalled(lock) {
  const list = join(modules, '.package-lock.json');
  if (!existsSync(list)) return false;
  const present = JSON.parse(readFileSync(list, 'utf8')).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') || wanted.link) return true;
    const found = present[path];
    // Packages for other platforms are left out, and npm does not mark every one of them as optional.
    return found ? found.version === wanted.version : Boolean(wanted.optional || wanted.peer || wanted.os || wanted.cpu);
  });
}

function hasOwnNode() {
  try {
    return execFileSync(own, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0] === NODE_OF_PROJECT;
  } catch {
    return false;
  }
}

// npm ci removes node_modules first, so neither it nor what it runs may be the Node from there.
function pathWithoutModules() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes(`node_modules${sep}.bin`)).join(delimiter);
}

process.exitCode = main();
