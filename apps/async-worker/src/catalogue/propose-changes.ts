import { GENRES, type Genre, type Product } from '@manga-assist/catalogue';
import type { JsonObject } from '@manga-assist/foundation';
import type { CatalogueProposal } from './catalogue-proposal.ts';

/** What an enrichment says of a series, as far as the catalogue has room for it. */
export interface EnrichmentAnswer {
  genre_tags: readonly string[];
  theme_keywords: readonly string[];
  content_warnings: readonly string[];
  confidence: Readonly<Record<'genre_tags' | 'theme_keywords' | 'content_warnings', number>>;
}

/** A field that would grow, and how sure the model is of it. */
interface Growth {
  changes: JsonObject;
  expected: JsonObject;
  confidence: number;
}

/**
 * The change of the catalogue that an enrichment amounts to: genres, themes and content flags that are
 * missing are added, and nothing is taken away. Words that the catalogue does not use yet are left out.
 * Undefined when nothing would change.
 */
export function proposedChanges(answer: EnrichmentAnswer, { product, catalogue }: { product: Product; catalogue: readonly Product[] }): CatalogueProposal | undefined {
  const growths = [genreGrowth(answer, product), themeGrowth(answer, product, catalogue), flagGrowth(answer, product, catalogue)].filter((growth) => growth !== undefined);
  if (growths.length === 0) return undefined;
  return {
    mangaId: product.mangaId,
    changes: Object.assign({}, ...growths.map(({ changes }) => changes)) as JsonObject,
    expected: Object.assign({}, ...growths.map(({ expected }) => expected)) as JsonObject,
    confidence: Math.min(...growths.map(({ confidence }) => confidence)),
  };
}

function genreGrowth({ genre_tags, confidence }: EnrichmentAnswer, { genres }: Product): Growth | undefined {
  const added = genre_tags.filter((tag): tag is Genre => GENRES.some((genre) => genre === tag) && !genres.some((genre) => genre === tag));
  if (added.length === 0) return undefined;
  return { changes: { genres: [...genres, ...added] }, expected: { genres: [...genres] }, confidence: confidence.genre_tags };
}

/** Themes come in two languages, side by side: only one that another series has can be added to both. */
function themeGrowth({ theme_keywords, confidence }: EnrichmentAnswer, { themes, themesJa }: Product, catalogue: readonly Product[]): Growth | undefined {
  const known = knownThemes(catalogue);
  const present = new Set(themes.map(keyOf));
  const added = [...new Set(theme_keywords.map(keyOf))].filter((key) => !present.has(key)).flatMap((key) => known.get(key) ?? []);
  if (added.length === 0) return undefined;
  return {
    changes: { themes: [...themes, ...added.map(({ theme }) => theme)], themesJa: [...themesJa, ...added.map(({ themeJa }) => themeJa)] },
    expected: { themes: [...themes], themesJa: [...themesJa] },
    confidence: confidence.theme_keywords,
  };
}

function flagGrowth({ content_warnings, confidence }: EnrichmentAnswer, { contentFlags }: Product, catalogue: readonly Product[]): Growth | undefined {
  const known = new Set(catalogue.flatMap((product) => product.contentFlags));
  const added = [...new Set(content_warnings.map(flagOf))].filter((flag) => known.has(flag) && !contentFlags.includes(flag));
  if (added.length === 0) return undefined;
  return { changes: { contentFlags: [...contentFlags, ...added] }, expected: { contentFlags: [...contentFlags] }, confidence: confidence.content_warnings };
}

function knownThemes(catalogue: readonly Product[]): ReadonlyMap<string, { theme: string; themeJa: string }> {
  const known = new Map<string, { theme: string; themeJa: string }>();
  for (const { themes, themesJa } of catalogue) {
    for (const [index, theme] of themes.entries()) {
      const themeJa = themesJa[index];
      if (themeJa !== undefined && !known.has(keyOf(theme))) known.set(keyOf(theme), { theme, themeJa });
    }
  }
  return known;
}

const keyOf = (word: string): string => word.trim().toLowerCase();
/** `Sexual content` is the flag `sexual-content`. */
const flagOf = (warning: string): string => keyOf(warning).replaceAll(/[\s_]+/g, '-');
