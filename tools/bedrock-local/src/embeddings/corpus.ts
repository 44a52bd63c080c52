import { readFile } from 'node:fs/promises';
import { isObject } from '../messages/json.ts';

/** One document per line of newline-delimited JSON: all its texts, whatever the fields are called. */
export async function readCorpus(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.filter((line) => line.trim() !== '').map((line, index) => documentOf(line, index + 1, file));
}

function documentOf(line: string, number: number, file: string): string {
  try {
    return textsIn(JSON.parse(line)).join('\n');
  } catch {
    throw new Error(`${file}, line ${number}: not JSON`);
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
