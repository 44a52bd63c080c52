import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { documents } from './documents.ts';
import { root, textOf } from './sources.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
try {
  for (const { path, write } of documents) {
    const text = write();
    const isCurrent = existsSync(join(root, path)) && textOf(path) === text;
    if (!isCurrent && values.check) process.exitCode = 1;
    if (!isCurrent && !values.check) writeFileSync(join(root, path), text);
    console.log(`${path} ${isCurrent ? 'is up to date' : values.check ? 'is out of date: run npm run docs' : 'is written'}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
