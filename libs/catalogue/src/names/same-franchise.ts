import type { Product } from '../product.ts';
import { foldText } from '../text/fold-text.ts';
import { isJapanese } from './name.ts';

/** Where a title's subtitle begins: 東京喰種-トーキョーグール-:re, "Attack on Titan: No Regrets", Fate/Zero, 東京喰種 [JACK]. */
const SUBTITLE = /[:：/／~～〜―—(（[［【<〈《「『]|\s[-–]|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])(?:[\s\u3000]|-(?=[\p{L}]))/u;
/** Shorter beginnings are common words. */
const LEAST_JAPANESE = 3;
const LEAST_LATIN = 4;

/** Of each product once: they are compared by the thousand. A changed series is a new object. */
const namesOfProducts = new WeakMap<Product, readonly string[]>();

/** Whether two entries are one work, its parts, editions or side stories, by how their titles begin. */
export function isSameFranchise(a: Product, b: Product): boolean {
  const names = franchiseNames(b);
  return franchiseNames(a).some((name) => names.includes(name));
}

function franchiseNames(product: Product): readonly string[] {
  let names = namesOfProducts.get(product);
  if (names === undefined) {
    names = [...new Set([product.titleJa, product.titleEn].map(mainName).filter((name) => name !== ''))];
    namesOfProducts.set(product, names);
  }
  return names;
}

/** The title without its subtitle, folded; the whole where too little would be left. */
function mainName(title: string): string {
  const [head = ''] = title.normalize('NFKC').trim().replace(/^[【[(「『]+/, '').split(SUBTITLE);
  const folded = foldText(head);
  return folded.length >= (isJapanese(head) ? LEAST_JAPANESE : LEAST_LATIN) ? folded : foldText(title);
}
