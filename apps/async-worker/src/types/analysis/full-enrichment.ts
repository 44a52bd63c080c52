import { proposedChanges } from '../../catalogue/propose-changes.ts';
import { readPrompt } from '../prompt-file.ts';
import type { Analysis } from './analysis.ts';
import { demographic, genreTags, object, readingLevel, share, similarSeries, texts, themeKeywords } from '../answer-parts.ts';
import { offered, type NamedSeries } from './similar-series.ts';

interface Answer {
  genre_tags: string[];
  theme_keywords: string[];
  reading_level: string;
  similar_series: NamedSeries[];
  content_warnings: string[];
  target_demographic: string;
  confidence: Record<'genre_tags' | 'theme_keywords' | 'reading_level' | 'similar_series' | 'content_warnings' | 'target_demographic', number>;
}

const confidence = object({
  genre_tags: share,
  theme_keywords: share,
  reading_level: share,
  similar_series: share,
  content_warnings: share,
  target_demographic: share,
});

export const fullEnrichment: Analysis<Answer> = {
  prompt: readPrompt('full-enrichment.v1'),
  shape: {
    name: 'full_enrichment',
    schema: object({
      genre_tags: genreTags,
      theme_keywords: themeKeywords,
      reading_level: readingLevel,
      similar_series: similarSeries,
      content_warnings: texts(12, 60),
      target_demographic: demographic,
      confidence,
    }),
  },
  maxTokens: 2_048,
  comparesSeries: true,
  read: (answer, series) => {
    const proposal = proposedChanges(answer, series);
    return {
      result: { manga_id: series.product.mangaId, ...answer, similar_series: offered(answer.similar_series, series) },
      ...(proposal && { proposal }),
    };
  },
};
