import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A system prompt from its file. */
export interface Prompt {
  text: string;
  /** Recorded with every result. The hash is there so that an edit that forgot to change the name changes it too. */
  version: string;
}

/** `name` is the file's, without `.md`: `reading-level.v1`. */
export function readPrompt(name: string): Prompt {
  const text = readFileSync(new URL(`../prompts/${name}.md`, import.meta.url), 'utf8').trim();
  return { text, version: `${name}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}` };
}
