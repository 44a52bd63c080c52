import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Product } from '../product.ts';
import { aProduct } from '../testing/a-product.ts';
import { NameIndex, type NameMatch } from './name-index.ts';
import { AskedName } from './name-likeness.ts';
import { namesOf } from './name.ts';

const KANA = [...'あかさたなはまやらわきしちにみりくすつぬむるけせてねめれこそとのもろん'];
const KANJI = [...'海風刃月光城王東京鬼進撃巨人銀匙夜空星物語剣士猫花雪'];
const LATIN = ['moon', 'rider', 'blade', 'sea', 'the', 'king', 'of', 'night', 'song', 'no', 'wind', 'star', 'one', 'piece', 'girl', 'war'];

const pieceOf = (letters: readonly string[], min: number, max: number): fc.Arbitrary<string> => fc.array(fc.constantFrom(...letters), { minLength: min, maxLength: max }).map((all) => all.join(''));
const titles = fc.record({
  titleJa: fc.oneof(pieceOf(KANJI, 2, 6), fc.tuple(pieceOf(KANJI, 1, 3), pieceOf(KANA, 1, 5)).map((parts) => parts.join('')), pieceOf(KANA, 3, 10)),
  titleKana: pieceOf(KANA, 3, 12),
  titleRomaji: fc.array(fc.constantFrom(...LATIN), { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')),
  titleEn: fc.array(fc.constantFrom(...LATIN), { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
});
const shelves = fc.array(titles, { minLength: 3, maxLength: 30 }).map((all) => all.map((about) => aProduct(about)));

/** A title as people write it: a piece of it, with mistakes, among other words. */
const asked = (shelf: readonly Product[]): fc.Arbitrary<string> =>
  fc
    .record({
      title: fc.constantFrom(...shelf.flatMap(({ titleJa, titleKana, titleRomaji, titleEn }) => [titleJa, titleKana, titleRomaji, titleEn])),
      from: fc.nat(3),
      upTo: fc.integer({ min: 2, max: 40 }),
      mistakes: fc.array(fc.tuple(fc.nat(40), fc.constantFrom('drop', 'double', 'swap', 'change')), { maxLength: 3 }),
      around: fc.constantFrom(['', ''], ['do you have ', ' in stock'], ['', 'の3巻ありますか'], ['the song of ', '']),
    })
    .map(({ title, from, upTo, mistakes, around }) => `${around[0]}${mistakes.reduce(withMistake, title.slice(from, from + upTo))}${around[1]}`);

function withMistake(text: string, [place, kind]: readonly [number, string]): string {
  const at = place % Math.max(1, text.length);
  const [before, letter, next, after] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)];
  switch (kind) {
    case 'drop':
      return before + next + after;
    case 'double':
      return before + letter + letter + next + after;
    case 'swap':
      return before + next + letter + after;
    default:
      return `${before}${letter === 'の' ? 'a' : 'の'}${next}${after}`;
  }
}

/** Every name compared with the text, as the shelf saves doing. */
function comparedWithAll(shelf: readonly Product[], text: string): NameMatch[] {
  const name = new AskedName(text);
  if (name.isEmpty) return [];
  const matches = shelf.map((product) => {
    const best = namesOf(product).reduce((most, own) => Math.max(most, own.weight * name.likenessTo(own)), 0);
    return { mangaId: product.mangaId, score: best };
  });
  return matches.filter(({ score }) => score > 0).map((match) => ({ ...match, by: 'title' as const }));
}

const scores = (matches: readonly NameMatch[]): Record<string, number> => Object.fromEntries(matches.map(({ mangaId, score }) => [mangaId, score]));

describe('the shelf of names', () => {
  it('finds what comparing every name finds', () => {
    const cases = shelves.chain((shelf) => fc.tuple(fc.constant(shelf), fc.array(asked(shelf), { minLength: 1, maxLength: 10 })));

    fc.assert(
      fc.property(cases, ([shelf, texts]) => {
        const names = new NameIndex();
        for (const product of shelf) names.put(product);

        for (const text of texts) expect([text, scores(names.roughly(text))]).toEqual([text, scores(comparedWithAll(shelf, text))]);
      }),
      { numRuns: 400, seed: 20_261_128 },
    );
  });

  it('forgets the names that a series had, however often they change', () => {
    const names = new NameIndex();
    const product = aProduct();
    for (let index = 0; index < 400; index++) names.put({ ...product, titleJa: `旧題${index}`, titleEn: `Old Name ${index}` });

    expect(names.exactly('旧題399')).toHaveLength(1);
    expect(names.exactly('旧題7')).toEqual([]);
    expect(names.roughly('Old Name 398').map(({ mangaId }) => mangaId)).toEqual([product.mangaId]);
    names.remove(product.mangaId);
    expect(names.within('Old Name 399')).toEqual([]);
  });
});
