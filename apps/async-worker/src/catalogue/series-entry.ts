import type { Product } from '@manga-assist/catalogue';
import type { JsonObject } from '@manga-assist/foundation';
import { cleaned } from '../types/fence.ts';

const NAME_CHARACTERS = 200;
const SYNOPSIS_CHARACTERS = 4_000;
const BRIEF_CHARACTERS = 200;
const MOST_NAMES = 20;

/** What the catalogue says of a series, as a model is shown it: without prices and stock, cleaned and capped. */
export function seriesEntry(product: Product): JsonObject {
  return withoutEmpty({
    manga_id: product.mangaId,
    title: name(product.titleEn),
    title_japanese: name(product.titleJa),
    title_romaji: name(product.titleRomaji),
    authors: names(product.authors.map((author) => author.romaji || author.name)),
    publisher: name(product.publisher),
    start_year: product.startYear,
    end_year: product.endYear,
    status: product.status,
    volumes: product.volumes,
    demographic: product.demographic,
    genres: [...product.genres],
    themes: names(product.themes),
    content_flags: names(product.contentFlags),
    synopsis: cleaned(product.synopsisEn, SYNOPSIS_CHARACTERS),
    synopsis_japanese: cleaned(product.synopsisJa, SYNOPSIS_CHARACTERS),
  });
}

/** Enough of a series to compare it by: twenty of them go into one prompt. */
export function seriesInBrief(product: Product): JsonObject {
  return withoutEmpty({
    manga_id: product.mangaId,
    title: name(product.titleEn || product.titleJa),
    demographic: product.demographic,
    genres: [...product.genres],
    themes: names(product.themes),
    synopsis: cleaned(product.synopsisEn || product.synopsisJa, BRIEF_CHARACTERS),
  });
}

const name = (text: string): string => cleaned(text, NAME_CHARACTERS);
const names = (texts: readonly string[]): string[] => texts.slice(0, MOST_NAMES).map(name);

/** What is not known is left out, so that a model does not take 0 volumes for a fact. */
function withoutEmpty(entry: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== '' && value !== 0 && value !== null && !(Array.isArray(value) && value.length === 0)));
}
