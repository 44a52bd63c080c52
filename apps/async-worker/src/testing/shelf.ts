import type { Product } from '@manga-assist/catalogue';
import { aProduct, InMemoryProductStore } from '@manga-assist/catalogue/testing';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { CatalogueSnapshot } from '../catalogue/catalogue-snapshot.ts';
import { AsyncWorkerConfig } from '../config.ts';
import { TimeLimits } from '../jobs/time-limits.ts';

/** A small catalogue of invented series. */
export const SHELF = {
  sea: aProduct({
    mangaId: 'MNG-SEABLADE', titleEn: 'Blade of the Sea Breeze', titleJa: '海風の刃', genres: ['action', 'adventure'], themes: ['pirates', 'swords', 'treasure', 'islands'], themesJa: ['海賊', '剣', '宝', '島'],
    contentFlags: ['violence'], synopsisEn: 'A girl with a cursed sword sails from island to island to find a pirate treasure.', synopsisJa: '呪われた剣を持つ少女が、海賊の宝を求めて島から島へ航海する。', demographic: 'shonen',
  }),
  harbour: aProduct({
    mangaId: 'MNG-HARBOUR1', titleEn: 'Harbour Kings', titleJa: '港町の大海賊', genres: ['action', 'adventure', 'comedy'], themes: ['pirates', 'harbour town', 'treasure', 'rivals'], themesJa: ['海賊', '港町', '宝', 'ライバル'],
    synopsisEn: 'Two rival pirate crews share one harbour and race for every treasure.', demographic: 'shonen',
  }),
  lighthouse: aProduct({
    mangaId: 'MNG-LIGHTHSE', titleEn: 'The Lighthouse at the End', titleJa: '最果ての灯台', genres: ['drama'], themes: ['islands', 'loneliness', 'sea'], themesJa: ['島', '孤独', '海'],
    synopsisEn: 'A keeper and a stranded sailor spend one winter on an island.', demographic: 'seinen', contentFlags: ['strong-language'],
  }),
  bread: aProduct({
    mangaId: 'MNG-MOONBRED', titleEn: 'The Moonlight Bakery', titleJa: '月夜のパン屋', genres: ['slice-of-life', 'gourmet'], themes: ['bakery', 'night shift', 'cooking'], themesJa: ['パン屋', '夜勤', '料理'],
    synopsisEn: 'A widow opens a bakery that sells only at night.', demographic: 'josei',
  }),
} satisfies Record<string, Product>;

export function aShelf(products: readonly Product[] = Object.values(SHELF)): { store: InMemoryProductStore; snapshot: CatalogueSnapshot } {
  const store = new InMemoryProductStore(products);
  return { store, snapshot: new CatalogueSnapshot(store, new AsyncWorkerConfig(), new TimeLimits(new StoppedClock(), new StoppedTimers())) };
}
