import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configFields } from './config-document.ts';
import { documents } from './documents.ts';
import { raisedErrors } from './raised-errors.ts';
import { parse, pathsOf, root, textOf } from './sources.ts';

describe('a generated document', () => {
  it.each(documents)('$path says what the sources say, no less and no more (npm run docs writes it)', ({ path, write }) => {
    expect(textOf(path)).toBe(write());
  });
});

describe('docs/config.md', () => {
  it.each(pathsOf('apps/*/src/config.ts'))('has every variable that is read with %s, and its default', async (path) => {
    const classes = Object.values((await import(join(root, path))) as Record<string, new () => Record<string, unknown>>);
    const fields = classes.flatMap((Class) => Object.entries(new Class()));
    const document = textOf('docs/config.md');
    const sections = document.split(/^## /m).filter((section) => section.startsWith(`${path.split('/')[1]}\n`) || section.startsWith('Every service'));

    for (const [name, value] of fields) {
      const rows = sections.flatMap((section) => section.split('\n')).filter((line) => line.startsWith(`| \`${name.replace(/[A-Z]/g, '_$&').toUpperCase()}\` |`));
      expect({ name, rows }).toEqual({ name, rows: expect.arrayContaining([expect.any(String)]) });
      const shown = name.match(/Secret|Pepper/) ? 'local' : String(value);
      expect(rows.at(-1)).toContain(shown === '' ? '| empty |' : `| \`${shown}\` |`);
    }
    expect(fields.length).toBeGreaterThan(3);
  });

  it('shows type, limits and comment of a field', () => {
    const source = parse('sample.ts', 'class A {\n/** In seconds. */ @IsInt() @Min(1) @Max(86_400) ttl: number = 1_000;\n/** Which. */ @IsIn(["a", "b"]) kind: string = "a"; }');

    expect(configFields(source)).toEqual([
      { name: 'ttl', type: 'whole number', default: '1000', limits: '1 to 86,400', meaning: 'In seconds.' },
      { name: 'kind', type: 'text', default: 'a', limits: '`a`, `b`', meaning: 'Which.' },
    ]);
  });

  it('shows no secret but the one of a laptop', () => {
    const source = parse('sample.ts', 'class A {\n/** A. */ @SecretField() a: Secret = new Secret("local");\n/** B. */ @SecretField() b: Secret = new Secret("hunter2"); }');

    expect(configFields(source).map((field) => field.default)).toEqual(['local', '[secret]']);
  });

  it('is refused when a field has no comment', () => {
    expect(() => configFields(parse('sample.ts', 'class A {\n  ttl: number = 1;\n}'))).toThrow('sample.ts:2: ttl needs a doc comment');
  });
});

describe('docs/errors.md', () => {
  const read = (text: string) => raisedErrors(parse('sample.ts', text), 'AppError', (kind) => ['invalid', 'bug'].includes(kind)).map(({ kind, code, message }) => [kind, code, message]);

  it('finds codes written in place, on either side of a condition, with gaps in the message', () => {
    expect(read('new AppError("invalid", isA ? "x.a" : "x.b-c", `The ${thing} is wrong in ${a.b}.`)')).toEqual([
      ['invalid', 'x.a', 'The {thing} is wrong in {…}.'],
      ['invalid', 'x.b-c', 'The {thing} is wrong in {…}.'],
    ]);
  });

  it('finds codes that are given to a function', () => {
    expect(read('const a = refused("x.a"), b = refused("x.b"); function refused(code: string) { return new AppError("invalid", code, "No."); }')).toEqual([
      ['invalid', 'x.a', 'No.'],
      ['invalid', 'x.b', 'No.'],
    ]);
  });

  it('finds codes in tables', () => {
    expect(read('const A = ["bug", "x.a", "No."] as const; const [kind, code, message] = A; new AppError(kind, code, message)')).toEqual([['bug', 'x.a', 'No.']]);
  });

  it.each(['new AppError("invalid", code, "No.")', 'refused(name); function refused(code: string) { return new AppError("invalid", code, "No."); }', 'new AppError("invalid", "Not a code", "No.")'])(
    'is refused when a code cannot be read: %s',
    (text) => {
      expect(() => read(text)).toThrow('sample.ts:1');
    },
  );
});
