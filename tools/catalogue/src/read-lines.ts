import { readFileSync } from 'node:fs';

/** The lines of one of `data/`'s files, parsed; `series.ndjson` gives what the file's README says. */
export function readLines<T>(fileName: string): T[] {
  return readFileSync(new URL(`../data/${fileName}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
