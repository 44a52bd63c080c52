import { sharedTraits, type Product, type SearchHit } from '@manga-assist/catalogue';
import { isSoldOut } from './known.ts';

/**
 * Series to recommend to who likes one: none that is the same work under another id, none twice, and
 * what can be bought before what is sold out.
 */
export function worthRecommending(hits: readonly SearchHit[], liked: Product): SearchHit[] {
  const kept: SearchHit[] = [];
  for (const hit of hits) {
    if (![liked, ...kept.map(({ product }) => product)].some((other) => isSameWork(other, hit.product))) kept.push(hit);
  }
  return [...kept.filter(({ product }) => !isSoldOut(product)), ...kept.filter(({ product }) => isSoldOut(product))];
}

/** Two editions of one work. Different works are called the same too, so its author must be the same, as far as authors are known. */
function isSameWork(a: Product, b: Product): boolean {
  if (a.mangaId === b.mangaId) return true;
  const titles = titlesOf(b);
  if (!titlesOf(a).some((title) => titles.includes(title))) return false;
  return a.authors.length === 0 || b.authors.length === 0 || sharedTraits(a, b).isSameAuthor;
}

function titlesOf({ titleJa, titleEn, titleRomaji }: Product): string[] {
  const folded = [titleJa, titleEn, titleRomaji].map((title) => title.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''));
  return folded.filter((title) => title !== '');
}
