import { describe, expect, it } from '@jest/globals';
import { aProduct } from '../testing/a-product.ts';
import { loanReading } from './loan-reading.ts';
import { NameIndex } from './name-index.ts';

describe('loanReading', () => {
  it('reads Latin titles the Japanese way, word by word', () => {
    expect(['ONE PIECE', 'SPY×FAMILY', 'Hunter x Hunter', 'Dr. STONE'].map(loanReading)).toEqual(['ワンピース', 'スパイファミリー', 'ハンターハンター', 'ドクターストーン']);
  });

  it('reads nothing when it does not know every word, or when the title is Japanese', () => {
    expect(['Golden Kamuy', '黒 BLACK', '', '×'].map(loanReading)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('lets a Latin title without a reading be found by its sound and the beginning of it', () => {
    const names = new NameIndex();
    names.put(aProduct({ mangaId: 'MNG-BLUESTAR', titleJa: 'BLUE STAR', titleKana: '', titleRomaji: 'BLUE STAR', titleEn: 'Blue Star', aliases: [] }));

    expect(names.exactly('ぶるーすたー')).toMatchObject([{ mangaId: 'MNG-BLUESTAR' }]);
    expect(names.roughly('ブルース')[0]?.score).toBeGreaterThan(0.7);
  });
});
