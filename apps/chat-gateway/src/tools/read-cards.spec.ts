import { describe, expect, it } from '@jest/globals';
import { readCards } from './read-cards.ts';

const CARD = { manga_id: 'MNG-PIRATES1', title_ja: '海賊の海', authors: ['海野波'], price_jpy: 528, stock: { volumes: 4, volumes_in_stock: 3, volume: 2, quantity: 0 }, cover_url: null };

describe('the cards of an answer', () => {
  it('are read as they came', () => {
    expect(readCards([CARD, { ...CARD, title_en: 'Sea', reason: 'About pirates', cover_url: 'http://127.0.0.1/a.png' }])).toEqual([
      CARD,
      { ...CARD, title_en: 'Sea', reason: 'About pirates', cover_url: 'http://127.0.0.1/a.png' },
    ]);
  });

  it.each([undefined, null, 'cards', {}, [null, 7, 'x', []], [{ ...CARD, manga_id: 7 }], [{ ...CARD, title_ja: '' }]])('are none where there are none: %j', (value) => {
    expect(readCards(value)).toEqual([]);
  });

  it('hold nothing that is not known to belong there', () => {
    const odd = { ...CARD, supplier: 'secret', price_jpy: 'free', authors: ['海野波', 7], stock: { volumes: -1, supplier: 'secret' }, cover_url: 'javascript:alert(1)' };

    expect(readCards([odd])).toEqual([{ manga_id: 'MNG-PIRATES1', title_ja: '海賊の海', authors: ['海野波'], price_jpy: null, stock: { volumes: 0, volumes_in_stock: 0 }, cover_url: null }]);
  });

  it('fit into a frame', () => {
    expect(readCards(Array.from({ length: 30 }, () => CARD))).toHaveLength(20);
    expect(readCards([{ ...CARD, reason: 'x'.repeat(30_000) }])).toEqual([]);
  });
});
