import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('../bootstrap.mjs', import.meta.url));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'manga-assist-bootstrap-'));
  lock('1.0.0');
});

afterEach(() => rmSync(root, { recursive: true }));

function lock(version: string) {
  const packages = {
    '': {},
    'libs/words': {},
    'node_modules/words': { resolved: 'libs/words', link: true },
    'node_modules/left': { version },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
    'node_modules/other-processor': { version: '1.0.0', cpu: ['mips'] },
  };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
}

/** An npm that writes down how it was called and then does what the shell lines say. */
function npm(lines: string) {
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'bin/npm'), `#!/bin/sh\necho "npm $*" >> ${root}/calls\n${lines}\n`);
  chmodSync(join(root, 'bin/npm'), 0o755);
}

const installing = () => `mkdir -p node_modules/.bin node_modules/words && ln -sf ${process.execPath} node_modules/.bin/node`;

function bootstrap() {
  const path = [join(root, 'bin'), '/usr/bin', '/bin'].join(delimiter);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { PATH: path, MANGA_ASSIST_ROOT: root },
  });
  return { status, stdout, stderr };
}

const calls = () => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []);

/** As npm ci leaves it when somebody runs it by hand. */
function installedByHand(version: string) {
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  mkdirSync(join(root, 'node_modules/words'));
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: { 'node_modules/left': { version } } }));
}

describe('the bootstrap', () => {
  it('installs on a fresh clone, and then not again', () => {
    npm(installing());

    const first = bootstrap();
    const second = bootstrap();

    expect(first).toMatchObject({ status: 0, stdout: 'Installing dependencies with npm ci: there are none yet.\n' });
    expect(second).toMatchObject({ status: 0, stdout: 'Dependencies are up to date.\n' });
    expect(calls()).toEqual(['npm ci']);
  });

  it('installs again when the lock has changed or a package of the workspace is gone', () => {
    npm(installing());
    bootstrap();

    lock('1.0.1');
    const changed = bootstrap();
    rmSync(join(root, 'node_modules/words'), { recursive: true });
    const incomplete = bootstrap();

    expect(changed.stdout).toContain('package-lock.json has changed');
    expect(incomplete.stdout).toContain('node_modules/words is missing');
    expect(calls()).toHaveLength(3);
  });

  it('believes an install by hand when it is what the lock names', () => {
    npm(installing());
    installedByHand('1.0.0');

    expect(bootstrap().stdout).toBe('Dependencies are up to date.\n');
    expect(calls()).toEqual([]);
  });

  it('does not believe an install of something else', () => {
    npm(installing());
    installedByHand('0.9.0');

    expect(bootstrap().stdout).toContain('the last install is not complete');
    expect(calls()).toEqual(['npm ci']);
  });

  it('passes a failure on and tries again the next time', () => {
    npm(`${installing()}; exit 7`);
    const failed = bootstrap();
    npm(installing());
    const next = bootstrap();

    expect(failed).toMatchObject({ status: 7, stderr: 'npm ci failed (exit code 7).\n' });
    expect(next.status).toBe(0);
    expect(calls()).toEqual(['npm ci', 'npm ci']);
  });

  it('says so when the install brought no Node of its own', () => {
    npm('mkdir -p node_modules/words');

    expect(bootstrap()).toMatchObject({ status: 1, stderr: expect.stringContaining('without --ignore-scripts') });
  });

  it('says so when there is no npm', () => {
    const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { PATH: dirname(root), MANGA_ASSIST_ROOT: root } });

    expect(status).toBe(1);
    expect(stderr).toContain('npm could not be started');
  });
});
