import { describe, expect, it } from '@jest/globals';
import { BAKERY, PIRATES, SMUGGLERS } from '../../testing/shelf.ts';
import { reasonForLikeness } from './reason-for-likeness.ts';

describe('the reason for a likeness', () => {
  it('is what both are about, then their kind, in few words', () => {
    expect(reasonForLikeness(PIRATES, SMUGGLERS, 'en')).toBe('Has in common with Sea of Pirates: pirates, ships, adventure');
    expect(reasonForLikeness(PIRATES, SMUGGLERS, 'ja')).toBe('「海賊の海」との共通点：海賊、船、冒険');
  });

  it('begins with the author, when it is the same', () => {
    const sequel = { ...SMUGGLERS, authors: PIRATES.authors };

    expect(reasonForLikeness(PIRATES, sequel, 'en')).toBe('Has in common with Sea of Pirates: the same author (Nami Umino), pirates, ships');
    expect(reasonForLikeness(PIRATES, sequel, 'ja')).toBe('「海賊の海」との共通点：同じ作者（海野波）、海賊、船');
  });

  it('is none when there is nothing to name', () => {
    expect(reasonForLikeness(PIRATES, BAKERY, 'en')).toBeUndefined();
    expect(reasonForLikeness(PIRATES, BAKERY, 'ja')).toBeUndefined();
  });
});
