import { readFileSync } from 'node:fs';
import { productFromRecord, type Product, type SeriesRecord } from '@manga-assist/catalogue';

const REFERENCE = new URL('../data/series.ndjson', import.meta.url);
/** Two works of one name are told apart by when they began; sources differ by a year. */
const YEARS_APART = 1;

/**
 * What the store's own catalogue knows of well-known series: readings, nicknames, authors, themes and
 * stories. Lists of others leave these out; a bookseller who reads such a list does not forget them.
 */
export class KnownSeries {
  readonly #byTitle: ReadonlyMap<string, Product>;

  constructor(reference: readonly Product[]) {
    this.#byTitle = new Map(reference.map((product) => [titleKey(product.titleJa), product]));
  }

  static shipped(): KnownSeries {
    const lines = readFileSync(REFERENCE, 'utf8').split('\n').filter((line) => line !== '');
    return new KnownSeries(lines.map((line) => productFromRecord(JSON.parse(line) as SeriesRecord)));
  }

  /** The product with what it left out filled in. What it says itself stays, and so do its id, price and stock. */
  completed(product: Product): Product {
    const known = this.#byTitle.get(titleKey(product.titleJa));
    if (known === undefined || known.mangaId === product.mangaId || !isSameWork(product, known)) return product;
    return {
      ...product,
      titleEn: product.titleEn === product.titleRomaji ? known.titleEn : product.titleEn,
      titleKana: product.titleKana || known.titleKana,
      titleRomaji: product.titleRomaji === product.titleJa ? known.titleRomaji : product.titleRomaji,
      aliases: union(product.aliases, known.aliases),
      authors: product.authors.length > 0 ? product.authors.map((author) => known.authors.find(({ name }) => nameKey(name) === nameKey(author.name)) ?? author) : known.authors,
      publisher: product.publisher || known.publisher,
      startYear: product.startYear || known.startYear,
      endYear: product.endYear ?? known.endYear,
      status: product.status || known.status,
      volumes: product.volumes || known.volumes,
      demographic: product.demographic || known.demographic,
      genres: union(product.genres, known.genres),
      ...themesOf(product, known),
      contentFlags: union(product.contentFlags, known.contentFlags),
      synopsisEn: product.synopsisEn || known.synopsisEn,
      synopsisJa: product.synopsisJa || known.synopsisJa,
    };
  }
}

function isSameWork(product: Product, known: Product): boolean {
  return product.startYear === 0 || known.startYear === 0 || Math.abs(product.startYear - known.startYear) <= YEARS_APART;
}

/** Side by side in two languages, so a theme is added in both or not at all. */
function themesOf(product: Product, known: Product): Pick<Product, 'themes' | 'themesJa'> {
  const present = new Set(product.themes.map((theme) => theme.toLowerCase()));
  const added = known.themes.map((theme, index) => ({ theme, themeJa: known.themesJa[index] ?? theme })).filter(({ theme }) => !present.has(theme.toLowerCase()));
  return { themes: [...product.themes, ...added.map(({ theme }) => theme)], themesJa: [...product.themesJa, ...added.map(({ themeJa }) => themeJa)] };
}

function union<T>(own: readonly T[], more: readonly T[]): T[] {
  return [...new Set([...own, ...more])];
}

function titleKey(title: string): string {
  return title.normalize('NFKC').toLowerCase().replace(/[\s\p{P}\p{S}]+/gu, '');
}

function nameKey(name: string): string {
  return name.normalize('NFKC').replace(/[\s・]+/g, '');
}
