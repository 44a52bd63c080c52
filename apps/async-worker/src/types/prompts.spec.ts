import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readPrompt } from './prompt-file.ts';

const folder = new URL('../prompts/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
const text = (name: string): string => readFileSync(new URL(`${name}.md`, folder), 'utf8');
/** Its text is the customer's own words, not data. */
const fenced = names.filter((name) => !name.startsWith('free-prompt.'));

describe('a prompt', () => {
  it.each(names)('has a version in its name and is known by its text: %s', (name) => {
    expect(name).toMatch(/^[a-z-]+\.v\d+$/);
    expect(readPrompt(name).version).toMatch(new RegExp(`^${name.replace('.', '\\.')}\\.[0-9a-f]{12}$`));
  });

  it.each(fenced)('says that what is fenced is data, whatever it asks for: %s', (name) => {
    expect(text(name)).toMatch(/`<[a-z_]+>`/);
    expect(text(name)).toMatch(/data/);
    expect(text(name)).toMatch(/not (?:an instruction|done)/);
  });

  it('names every fence that a handler uses, and no other', () => {
    const named = new Set(fenced.flatMap((name) => [...text(name).matchAll(/`<([a-z_]+)>`/g)].map(([, fence]) => fence)));

    expect([...named].sort()).toEqual(['candidates', 'catalogue_entry', 'context', 'conversation', 'facts', 'items', 'notes', 'question']);
  });
});
