import type { Explanation, SearchHit } from '@manga-assist/catalogue';
import { aProduct } from '@manga-assist/catalogue/testing';
import { describe, expect, it } from '@jest/globals';
import { BAKERY, PIRATES, SMUGGLERS } from '../../testing/shelf.ts';
import { reasonForHit } from './reason-for-hit.ts';

const NOTHING: Explanation = { themes: [], themesJa: [], genres: [], isSameAuthor: false, isSameDemographic: false };
const COMMON: Partial<Explanation> = { themes: ['pirates', 'ships'], themesJa: ['海賊', '船'], genres: ['adventure'] };

function hit(about: Partial<Omit<SearchHit, 'explanation'>> & { explanation?: Partial<Explanation> }): SearchHit {
  return { product: PIRATES, score: 1, matchedBy: 'theme', ...about, explanation: { ...NOTHING, ...about.explanation } };
}

describe('the reason for a hit', () => {
  it.each([
    ['its title', hit({ matchedBy: 'title', explanation: { name: '海賊の海' } }), 'Titled 海賊の海', '題名「海賊の海」'],
    ['its nickname', hit({ matchedBy: 'alias', explanation: { name: 'KnU' } }), 'Also known as KnU', '別名「KnU」'],
    ['its author', hit({ matchedBy: 'author', explanation: { author: '海野波' } }), 'By Nami Umino', '作者：海野波'],
    ['what it is about, then its kind', hit({ explanation: COMMON }), 'About pirates, ships, adventure', 'テーマ：海賊、船、冒険'],
  ])('is %s', (_what, found, en, ja) => {
    expect(reasonForHit(found, 'en')).toBe(en);
    expect(reasonForHit(found, 'ja')).toBe(ja);
  });

  it.each(['title', 'author', 'theme'] as const)('is none when nothing of the %s can be named', (matchedBy) => {
    expect(reasonForHit(hit({ matchedBy }), 'en')).toBeUndefined();
    expect(reasonForHit(hit({ matchedBy }), 'ja')).toBeUndefined();
  });
});

describe('the reason for a likeness', () => {
  const like = (explanation: Partial<Explanation>, product = SMUGGLERS) => hit({ product, matchedBy: 'similar', similarTo: PIRATES, explanation });

  it('is what both are about, then their kind, in few words', () => {
    expect(reasonForHit(like(COMMON), 'en')).toBe('Has in common with Sea of Pirates: pirates, ships, adventure');
    expect(reasonForHit(like(COMMON), 'ja')).toBe('「海賊の海」との共通点：海賊、船、冒険');
  });

  it('begins with the author, when it is the same', () => {
    const sequel = { ...SMUGGLERS, authors: PIRATES.authors };

    expect(reasonForHit(like(COMMON, sequel), 'en')).toBe('Has in common with Sea of Pirates: the same author (Nami Umino), pirates, ships');
    expect(reasonForHit(like(COMMON, sequel), 'ja')).toBe('「海賊の海」との共通点：同じ作者（海野波）、海賊、船');
  });

  it.each([
    [{ isSameDemographic: true }, 'For the same readers as Sea of Pirates', '「海賊の海」と同じ読者向けの作品'],
    [{}, 'A story close to that of Sea of Pirates', '「海賊の海」と物語が近い作品'],
  ])('is there even when they share no theme: %j', (explanation, en, ja) => {
    expect(reasonForHit(like(explanation, BAKERY), 'en')).toBe(en);
    expect(reasonForHit(like(explanation, BAKERY), 'ja')).toBe(ja);
  });

  it('names a series by the title that is known', () => {
    const untranslated = aProduct({ titleEn: '', titleRomaji: '', titleJa: '霧の船' });

    expect(reasonForHit({ ...like(COMMON), similarTo: untranslated }, 'en')).toBe('Has in common with 霧の船: pirates, ships, adventure');
  });
});
