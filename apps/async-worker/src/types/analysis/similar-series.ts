import { sharedTraits, type Product } from '@manga-assist/catalogue';
import { AppError, type JsonObject } from '@manga-assist/foundation';
import { readPrompt } from '../prompt-file.ts';
import type { AnalysedSeries, Analysis } from './analysis.ts';
import { object, similarSeries as similarSchema } from '../answer-parts.ts';

export interface NamedSeries {
  manga_id: string;
  reason: string;
}

export const similarSeries: Analysis<{ similar_series: NamedSeries[] }> = {
  prompt: readPrompt('similar-series.v1'),
  shape: { name: 'similar_series', schema: object({ similar_series: similarSchema }) },
  maxTokens: 1_024,
  comparesSeries: true,
  read: ({ similar_series }, series) => ({ result: { manga_id: series.product.mangaId, similar_series: offered(similar_series, series) } }),
};

/** Only what the model was offered counts, each once: a series that it invents is none. */
export function offered(named: readonly NamedSeries[], { product, candidates }: AnalysedSeries): JsonObject[] {
  const byId = new Map(candidates.map((candidate) => [candidate.mangaId, candidate]));
  const found = named.flatMap(({ manga_id, reason }) => {
    const candidate = byId.get(manga_id);
    byId.delete(manga_id);
    return candidate ? [similarTo(product, candidate, reason)] : [];
  });
  if (found.length === 0 && named.length > 0) throw new AppError('unavailable', 'jobs.unfit-answer', 'The model named no series that it was offered.');
  return found;
}

function similarTo(product: Product, candidate: Product, reason: string): JsonObject {
  const { themes, genres } = sharedTraits(product, candidate);
  const { mangaId, titleEn, titleRomaji, titleJa } = candidate;
  return { manga_id: mangaId, title: titleEn || titleRomaji, title_japanese: titleJa, reason, shared_themes: themes, shared_genres: genres };
}
