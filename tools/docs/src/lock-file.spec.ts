import { describe, expect, it } from '@jest/globals';
import { pathsOf, textOf } from './sources.ts';

type LockEntry = Partial<Record<'name' | 'version' | 'resolved' | 'integrity', string> & Record<'link' | 'inBundle', boolean>>;
type Versions = Record<string, string>;
type Manifest = { dependencies?: Versions; devDependencies?: Versions; overrides?: Record<string, string | Versions> };

const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, LockEntry> };
const installed = Object.entries(packages)
  .filter(([path, { link }]) => path.includes('node_modules/') && !link)
  .map(([path, entry]) => ({ ...entry, path, name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version: entry.version ?? '' }));
const workspaces = pathsOf('{apps,libs,tools}/*/package.json').map((path) => path.replace('/package.json', ''));

/** Releases that were taken over: opensearch-js on 2026-05-12, Nx on 2025-08-26 (GHSA-cxm3-wv7p-598c). */
const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  '@opensearch-project/opensearch': ['3.5.3', '3.6.2', '3.7.0', '3.8.0'],
  nx: ['20.9.0', '20.10.0', '20.11.0', '20.12.0', '21.5.0', '21.6.0', '21.7.0', '21.8.0'],
  '@nx/devkit': ['20.9.0', '21.5.0'],
  '@nx/enterprise-cloud': ['3.2.0'],
  '@nx/eslint': ['21.5.0'],
  '@nx/js': ['20.9.0', '21.5.0'],
  '@nx/key': ['3.2.0'],
  '@nx/node': ['20.9.0', '21.5.0'],
  '@nx/workspace': ['20.9.0', '21.5.0'],
};

/** The first releases without a known hole: ws memory by tiny fragments, Nest events (CVE-2026-35515), lengths (CVE-2025-12758). */
const OLDEST: Readonly<Record<string, string>> = { ws: '8.21.0', '@nestjs/core': '11.1.18', validator: '13.15.22' };

const isOlder = (version: string, oldest: string): boolean => version.localeCompare(oldest, 'en', { numeric: true }) < 0;

describe('package-lock.json', () => {
  it('has no release that was taken over', () => {
    expect(installed.filter(({ name, version }) => HOSTILE[name]?.includes(version))).toEqual([]);
  });

  it.each(Object.entries(OLDEST))('has no %s before %s, however deep', (name, oldest) => {
    const releases = installed.filter((entry) => entry.name === name).map(({ version }) => version);

    expect(releases.length).toBeGreaterThan(0);
    expect(releases.filter((version) => isOlder(version, oldest))).toEqual([]);
  });

  it('has a hash for every package', () => {
    expect(installed.filter(({ integrity, inBundle }) => !inBundle && !integrity?.startsWith('sha512-')).map(({ path }) => path)).toEqual([]);
    expect(installed.length).toBeGreaterThan(500);
  });

  it('names no address, so that any mirror will do', () => {
    expect(Object.entries(packages).filter(([, { link, resolved }]) => !link && resolved !== undefined)).toEqual([]);
    expect(textOf('package-lock.json')).not.toMatch(/"resolved": "\w+:/);
  });

  it('knows every workspace, or npm ci refuses', () => {
    expect(workspaces.filter((folder) => !(folder in packages))).toEqual([]);
  });
});

describe('every package.json', () => {
  it.each(['.', ...workspaces])('%s asks for exact versions', (folder) => {
    const { dependencies = {}, devDependencies = {}, overrides = {} } = JSON.parse(textOf(`${folder}/package.json`)) as Manifest;
    const nested = Object.values(overrides).flatMap((value) => (typeof value === 'string' ? [value] : Object.values(value)));
    const asked = [...Object.values(dependencies), ...Object.values(devDependencies), ...nested];

    // An alias is exact when its target is; `$name` is the root's own version of a package.
    expect(asked.filter((version) => !/^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$|^\$/.test(version))).toEqual([]);
  });
});
