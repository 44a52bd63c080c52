/** @jest-environment jsdom */
import type { CardStock, ProductCard } from '@manga-assist/schemas/tools';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aProductCard } from '../chat/testing/fake-gateway.ts';
import type { PageLanguage } from '../words/language.ts';
import { words } from '../words/words-by-language.ts';
import { ProductCards } from './product-cards.tsx';

afterEach(cleanup);

function shown(products: readonly ProductCard[], language: PageLanguage = 'en'): HTMLElement {
  render(<ProductCards products={products} say={words[language]} language={language} />);
  return screen.getByRole('region', { name: words[language].products.label });
}

describe('the cards of series', () => {
  it('are a named list, each with a heading, in the language of the page', () => {
    const region = shown([aProductCard({ reason: 'About pirates, ships' }), aProductCard({ manga_id: 'MNG-OTHER001', title_en: 'Harbour Lights' })]);

    expect(within(region).getAllByRole('listitem')).toHaveLength(2);
    expect(within(region).getAllByRole('heading', { level: 3 }).map(({ textContent, lang }) => [textContent, lang])).toEqual([['Sea of Pirates', 'en'], ['Harbour Lights', 'en']]);
    for (const text of ['Nami Umino', '¥528 a volume', '3 of 4 volumes in stock', 'About pirates, ships']) expect(within(region).getAllByText(text).length).toBeGreaterThan(0);
  });

  it('begin with the Japanese title on a Japanese page', () => {
    const region = shown([aProductCard({ authors: ['海野波', '灯台守'] })], 'ja');

    expect(within(region).getByRole('heading', { level: 3 })).toMatchObject({ textContent: '海賊の海', lang: 'ja' });
    for (const text of ['Sea of Pirates', '海野波、灯台守', '1冊 528円', '4巻のうち3巻 在庫あり']) expect(within(region).getByText(text)).toBeDefined();
  });

  it('name a series by its romaji where it was never translated', () => {
    expect(within(shown([aProductCard({ title_en: undefined })])).getByRole('heading', { level: 3 })).toMatchObject({ textContent: 'Kaizoku no Umi', lang: 'ja-Latn' });
  });

  it.each<[CardStock, string, string]>([
    [{ volumes: 4, volumes_in_stock: 4 }, 'All 4 volumes in stock', '全4巻 在庫あり'],
    [{ volumes: 1, volumes_in_stock: 1 }, 'In stock', '在庫あり'],
    [{ volumes: 4, volumes_in_stock: 0 }, 'Sold out', '在庫切れ'],
    [{ volumes: 0, volumes_in_stock: 0 }, 'Please ask about stock', '在庫はお問い合わせください'],
    [{ volumes: 4, volumes_in_stock: 3, volume: 2, quantity: 0 }, 'Volume 2 is sold out', '2巻 在庫切れ'],
    [{ volumes: 4, volumes_in_stock: 3, volume: 3, quantity: 5 }, 'Volume 3 is in stock (5)', '3巻 在庫あり（5冊）'],
  ])('say in words what is there: %j', (stock, en, ja) => {
    expect(within(shown([aProductCard({ stock })])).getByText(en)).toBeDefined();
    cleanup();
    expect(within(shown([aProductCard({ stock })], 'ja')).getByText(ja)).toBeDefined();
  });

  it('do not make up a price', () => {
    expect(within(shown([aProductCard({ price_jpy: null })])).getByText('Price on request')).toBeDefined();
  });

  it('show a cover without telling where the shopper is, and no hole when it cannot be loaded', () => {
    const region = shown([aProductCard({ cover_url: 'https://covers.example/a.png' })]);
    const cover = region.querySelector('img');
    expect([cover?.src, cover?.alt, cover?.getAttribute('referrerpolicy')]).toEqual(['https://covers.example/a.png', '', 'no-referrer']);

    fireEvent.error(cover as HTMLImageElement);

    expect(region.querySelector('img')).toBeNull();
  });

  it('keep more than six behind one word', () => {
    const region = shown(Array.from({ length: 8 }, (_, index) => aProductCard({ manga_id: `MNG-SERIES0${index}` })));

    expect(region.querySelectorAll('details li')).toHaveLength(2);
    expect(within(region).getByText('2 more')).toBeDefined();
  });

  it('show texts as the texts that they are', () => {
    const region = shown([aProductCard({ title_en: '<img src=x onerror=alert(1)>\u202Egnp', reason: '[link](javascript:alert(1))' })]);

    expect(region.querySelector('img, a, script')).toBeNull();
    expect(within(region).getByRole('heading').textContent).toBe('<img src=x onerror=alert(1)>gnp');
  });
});
