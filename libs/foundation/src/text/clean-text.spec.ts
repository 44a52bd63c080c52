import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { cleanText } from './clean-text.ts';
import { keyText } from './key-text.ts';

interface Vector {
  name: string;
  kind: 'keep' | 'strip' | 'reject';
  input: string;
  expected: string | null;
}

const vectors = JSON.parse(readFileSync(new URL('../fixtures/sanitizer.json', import.meta.url), 'utf8')) as Vector[];

describe('cleaning text from strangers', () => {
  it.each(vectors.map((vector) => [vector.kind, vector.name, vector] as const))('%ss %s', (_kind, _name, vector) => {
    const cleaned = cleanText(vector.input);

    if (vector.kind === 'reject') expect(cleaned === undefined || cleaned.text === '').toBe(true);
    else expect(cleaned?.text).toBe(vector.expected);
  });

  it('counts what it removed and measures in code points', () => {
    expect(cleanText('𠮷\u200B田')).toEqual({ text: '𠮷田', key: '𠮷田', removed: 1, codePoints: 2 });
  });

  it('refuses lone surrogates', () => {
    expect(cleanText('a\uD800b')).toBeUndefined();
  });

  it.each(vectors.filter((vector) => vector.kind !== 'reject').map((vector) => [vector.name, vector.input]))(
    'changes nothing the second time: %s',
    (_name, input) => {
      const once = cleanText(input)?.text ?? '';

      expect(cleanText(once)?.text).toBe(once);
      expect(keyText(keyText(once))).toBe(keyText(once));
    },
  );
});

describe('the text of cache keys', () => {
  it('folds width and white space', () => {
    expect(keyText('ＯＮＥ　ＰＩＥＣＥ  ﾜﾝﾋﾟｰｽ')).toBe('ONE PIECE ワンピース');
  });

  it.each([
    ['第①巻', '第1巻'],
    ['x²', 'x2'],
    ['らんま½', 'らんま1/2'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(keyText(one)).not.toBe(keyText(other));
  });
});
