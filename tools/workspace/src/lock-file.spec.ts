import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, unknown> };

describe('the lock file', () => {
  it('knows every workspace, or a fresh clone cannot be installed', () => {
    const workspaces = ['apps', 'libs', 'tools'].flatMap((folder) => readdirSync(root + folder).map((name) => `${folder}/${name}`));
    const described = workspaces.filter((folder) => readdirSync(root + folder).includes('package.json'));

    expect(described.filter((folder) => !(folder in packages))).toEqual([]);
  });
});
