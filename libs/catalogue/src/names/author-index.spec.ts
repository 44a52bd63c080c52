import { describe, expect, it } from '@jest/globals';
import { aProduct } from '../testing/a-product.ts';
import { AuthorIndex } from './author-index.ts';

const first = aProduct({ authors: [{ name: '架空花子', kana: 'カクウハナコ', romaji: 'Hanako Kakuu' }] });
const second = aProduct({ authors: [{ name: '架空花子', kana: 'カクウハナコ', romaji: 'Hanako Kakuu' }, { name: '例山太', kana: 'レイヤマフトシ', romaji: 'Futoshi Reiyama' }] });
const other = aProduct({ authors: [{ name: '別野人', kana: 'ベツノヒト', romaji: 'Hito Betsuno' }] });
const authors = new AuthorIndex();
for (const product of [first, second, other]) authors.put(product);

describe('who made a series', () => {
  it.each(['架空花子', 'カクウハナコ', 'かくうはなこ', 'Hanako Kakuu', 'Kakuu Hanako', 'kaku hanako', '架空花子の新しい漫画', 'anything by Hanako Kakuu for grown-ups'])('is known from %s', (text) => {
    expect([...authors.find(text)]).toEqual([[first.mangaId, 1], [second.mangaId, 1]]);
  });

  it('is likely from a family name alone, more so when the caller says that it is a name', () => {
    expect(authors.find('架空').get(first.mangaId)).toBe(0.6);
    expect(authors.find('架空', true).get(first.mangaId)).toBe(0.8);
    expect(authors.find('Reiyama').get(second.mangaId)).toBe(0.6);
  });

  it('is likely from a name with a mistake', () => {
    expect(authors.find('Hanaku Kakuu').get(first.mangaId)).toBe(0.75);
  });

  it('is nobody for other words', () => {
    for (const text of ['', '花', 'a flower shop', '山の上の店']) expect([...authors.find(text)]).toEqual([]);
  });

  it('is no pen name that only stands in other words', () => {
    const authors = new AuthorIndex();
    authors.put(aProduct({ mangaId: 'MNG-PENNAME1', authors: [{ name: 'ONE', kana: 'ワン', romaji: 'ONE' }] }));

    for (const text of ['ONE', 'one']) expect(authors.find(text).get('MNG-PENNAME1')).toBe(1);
    for (const text of ['turned to stone', 'the finished ones', 'the one with a dog']) expect(authors.find(text).size).toBe(0);
  });

  it('is somebody who is called sensei', () => {
    expect(authors.find('架空先生').get(first.mangaId)).toBe(0.8);
    expect(authors.find('Kakuu-sensei').get(first.mangaId)).toBe(0.8);
  });

  it('finds a name of which only the reading is known, in either order', () => {
    const authors = new AuthorIndex();
    authors.put(aProduct({ mangaId: 'MNG-READINGS', authors: [{ name: '架空花子', kana: 'カクウハナコ', romaji: '' }] }));

    expect(authors.find('Hanako Kakuu').get('MNG-READINGS')).toBe(1);
    expect(authors.find('something by Kakuu Hanako').get('MNG-READINGS')).toBe(1);
  });
});
