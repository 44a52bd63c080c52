import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { findAll, parse, pathsOf, placeOf, root } from './sources.ts';

const missing = (folder: string, names: readonly string[]): string[] => names.map((name) => `${folder}/${name}`).filter((path) => !existsSync(join(root, path)));
const folders = pathsOf('{apps,libs,tools}/*/').map((path) => path.replace(/\/$/, ''));
const tagsOf = (folder: string): string[] => (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { nx?: { tags?: string[] } }).nx?.tags ?? [];

describe('every folder of apps, libs and tools', () => {
  it.each(folders)('%s says in a README what it is for', (folder) => {
    expect(missing(folder, ['README.md'])).toEqual([]);
  });
});

describe('every service', () => {
  // The page and the end-to-end tests are no services.
  it.each(folders.filter((folder) => folder.startsWith('apps/') && !['apps/web', 'apps/e2e'].includes(folder)))('%s has an entry, a config, its adapters and its module', (folder) => {
    expect(missing(folder, ['src/main.ts', 'src/config.ts', 'src/adapters.module.ts', 'src/app.module.ts'])).toEqual([]);
  });
});

describe('every capability', () => {
  const capabilities = folders.filter((folder) => folder.startsWith('libs/') && tagsOf(folder).includes('floor:capability'));

  it('is found by its tag', () => {
    expect(capabilities).toEqual(expect.arrayContaining(['libs/bedrock', 'libs/caching', 'libs/catalogue', 'libs/conversations', 'libs/identity']));
  });

  it.each(capabilities)('%s has a port at its top, and a testing folder for those who use it', (folder) => {
    const isPort = (node: ts.ClassDeclaration): boolean => ['export', 'abstract'].every((word) => node.modifiers?.some((modifier) => modifier.getText() === word));
    const ports = pathsOf(`${folder}/src/*.ts`).flatMap((path) => findAll(parse(path), ts.isClassDeclaration).filter(isPort));

    expect(ports.length).toBeGreaterThan(0);
    expect(missing(folder, ['src/index.ts', 'src/testing/index.ts'])).toEqual([]);
  });
});

/** They stand for the entry files that call them; the second asks whether npm is its parent, which is no setting. */
const ENTRY_HELPERS = ['libs/service-kit/src/run-service.ts', 'tools/start/src/run-stack.ts'];

describe('the environment', () => {
  it('is read in entry files only, those that nothing imports; others may hand it on to a process that they start', () => {
    const sources = pathsOf('{apps,libs,tools}/**/*.{ts,tsx}')
      .filter((path) => !/[.-]spec\.tsx?$|\/testing\//.test(path))
      .map((path) => parse(path));
    const imported = new Set(
      sources.flatMap((source) => source.statements.filter(isImport).map(({ moduleSpecifier }) => posix.join(dirname(source.fileName), moduleSpecifier.text))),
    );
    const mayRead = ({ fileName }: ts.SourceFile): boolean => ENTRY_HELPERS.includes(fileName) || (!fileName.startsWith('libs/') && !imported.has(fileName));
    const isRead = (node: ts.Node): node is ts.PropertyAccessExpression =>
      ts.isPropertyAccessExpression(node) && node.getText() === 'process.env' && !ts.isSpreadAssignment(node.parent);

    expect(sources.filter((source) => !mayRead(source)).flatMap((source) => findAll(source, isRead).map(placeOf))).toEqual([]);
    expect(imported.size).toBeGreaterThan(200);
  });
});

type Import = (ts.ImportDeclaration | ts.ExportDeclaration) & { moduleSpecifier: ts.StringLiteral };

function isImport(node: ts.Statement): node is Import & ts.Statement {
  return (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier);
}
