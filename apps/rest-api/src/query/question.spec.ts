import { describe, expect, it } from '@jest/globals';
import type { AppError } from '@manga-assist/foundation';
import { parse } from '@manga-assist/schemas';
import { MangaQueryRequest } from '@manga-assist/schemas/rest';
import { questionOf } from './question.ts';

function requestOf(body: Record<string, unknown>): MangaQueryRequest {
  const parsed = parse(MangaQueryRequest, body, { unknownFields: 'refuse' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const refusalOf = (query: string): AppError => {
  try {
    questionOf(requestOf({ query }));
  } catch (error) {
    return error as AppError;
  }
  throw new Error('was not refused');
};

describe('a question', () => {
  it('loses what cannot be seen and keeps what can', () => {
    expect(questionOf(requestOf({ query: ' ワン\u200Bピース①\r\n★ ' })).text).toBe('ワンピース①\n★');
  });

  it('is known by its folded text', () => {
    const [full, half] = ['ＯＮＥ　ＰＩＥＣＥ', 'ONE PIECE'].map((query) => questionOf(requestOf({ query })));

    expect(full?.keyText).toBe(half?.keyText);
    expect(full?.text).not.toBe(half?.text);
  });

  it.each([
    ['ワンピースに似た漫画', 'ja'],
    ['鬼滅', 'ja'],
    ['ﾜﾝﾋﾟｰｽ', 'ja'],
    ['What is like One Piece?', 'en'],
    ['ＯＮＥ　ＰＩＥＣＥ', 'en'],
    ['Is 進撃 out?', 'ja'],
  ])('asked as "%s" is answered in %s', (query, language) => {
    expect(questionOf(requestOf({ query })).answerLanguage).toBe(language);
  });

  it('is answered in the language that was asked for, whatever it is written in', () => {
    expect(questionOf(requestOf({ query: 'ワンピース', language: 'en' })).answerLanguage).toBe('en');
  });

  it.each([
    ['a\uD800b', 'query.invalid-unicode'],
    ['\u200B\u2060\uFEFF', 'query.empty'],
    [' \n\u3000', 'query.empty'],
  ])('is refused: %j as %s', (query, code) => {
    expect(refusalOf(query)).toMatchObject({ kind: 'invalid', code, problems: [{ path: 'query' }] });
  });

  it('may have 4,000 characters as a reader counts them', () => {
    expect(questionOf(requestOf({ query: '𠮷'.repeat(4_000) })).text).toHaveLength(8_000);
  });

  it('may grow by cleaning, but not past the limit', () => {
    // U+1D160 is composed of three characters once normalised.
    expect(refusalOf('\u{1D160}'.repeat(4_000)).code).toBe('query.too-long');
  });
});
