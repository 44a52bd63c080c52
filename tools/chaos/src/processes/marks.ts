import { readFileSync } from 'node:fs';

/** The failpoints at which a process has died or was frozen, in order: it leaves a mark in this file just before. */
export function marksIn(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
