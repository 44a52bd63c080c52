import { describe, expect, it } from '@jest/globals';
import { aProduct } from '../testing/a-product.ts';
import { isSameFranchise } from './same-franchise.ts';

const called = (titleJa: string, titleEn: string) => aProduct({ titleJa, titleEn });

describe('isSameFranchise', () => {
  it.each([
    ['海風の刃', 'Sea Blade', '海風の刃 外伝 悔いなき航海', 'Sea Blade: No Regrets'],
    ['海風の刃', 'Sea Blade', '海風の刃-ウミカゼ-:re', 'Sea Blade:re'],
    ['海風の刃 港の章', 'x', '海風の刃 島の章', 'y'],
    ['海風卍団', 'Sea Gang', '海風団', 'Sea Gang'],
    ['Wave/Zero', 'Wave/Zero', 'Wave/stay night', 'Wave/stay night'],
    ['海風の刃 [JACK]', 'Sea Blade: Jack', '海風の刃', 'Umikaze'],
  ])('takes parts, editions and side stories for one work: %s (%s), %s (%s)', (ja, en, otherJa, otherEn) => {
    expect(isSameFranchise(called(ja, en), called(otherJa, otherEn))).toBe(true);
  });

  it.each([
    ['海風', 'Sea Breeze', '海風荘の人々', 'People of the Sea Breeze'],
    ['青い花', 'Blue Flowers', '青い鳥', 'Blue Bird'],
    ['恋 その一', 'Love One', '恋 その二', 'Another Love'],
  ])('tells works apart that only begin alike: %s (%s), %s (%s)', (ja, en, otherJa, otherEn) => {
    expect(isSameFranchise(called(ja, en), called(otherJa, otherEn))).toBe(false);
  });
});
