import type { Product, SearchHit } from '@manga-assist/catalogue';
import { aProduct } from '@manga-assist/catalogue/testing';
import { describe, expect, it } from '@jest/globals';
import { BAKERY, PIRATES, SMUGGLERS } from '../../testing/shelf.ts';
import { worthRecommending } from './worth-recommending.ts';

const ids = (products: readonly Product[]): string[] => worthRecommending(products.map(hitOf), PIRATES).map(({ product }) => product.mangaId);

function hitOf(product: Product): SearchHit {
  return { product, score: 1, matchedBy: 'similar', similarTo: PIRATES, explanation: { themes: [], themesJa: [], genres: [], isSameAuthor: false, isSameDemographic: false } };
}

const edition = (of: Product, mangaId: string, about: Partial<Product> = {}): Product => ({ ...of, mangaId, ...about });

describe('what is worth recommending', () => {
  it('is never the series itself, under whatever id', () => {
    expect(ids([PIRATES, edition(PIRATES, 'MNG-DELUXE01'), edition(PIRATES, 'MNG-DELUXE02', { titleJa: '', titleEn: 'SEA OF PIRATES!' }), SMUGGLERS])).toEqual(['MNG-SMUGGLE1']);
  });

  it('is shown once, the best edition of it', () => {
    expect(ids([SMUGGLERS, edition(SMUGGLERS, 'MNG-DELUXE01', { titleJa: '港の灯　' }), edition(SMUGGLERS, 'MNG-DELUXE02', { authors: [] }), BAKERY])).toEqual(['MNG-SMUGGLE1', 'MNG-BAKERY01']);
  });

  it('is another work of the same name too', () => {
    const namesake = aProduct({ mangaId: 'MNG-NAMESAKE', titleJa: '港の灯', authors: [{ name: '別人', kana: 'ベツジン', romaji: 'Betsujin' }] });

    expect(ids([SMUGGLERS, namesake])).toEqual(['MNG-SMUGGLE1', 'MNG-NAMESAKE']);
  });

  it('can be bought: what is sold out comes last, what nobody has counted does not', () => {
    const soldOut = edition(SMUGGLERS, 'MNG-SMUGGLE1', { stock: [0, 0] });
    const uncounted = aProduct({ mangaId: 'MNG-UNCOUNTD', stock: [] });

    expect(ids([soldOut, uncounted, BAKERY])).toEqual(['MNG-UNCOUNTD', 'MNG-BAKERY01', 'MNG-SMUGGLE1']);
  });
});
