import { readPrompt } from '../prompt-file.ts';
import type { Analysis } from './analysis.ts';
import { demographic, genreTags, object, share, themeKeywords } from '../answer-parts.ts';

interface Answer {
  genre_tags: string[];
  theme_keywords: string[];
  target_demographic: string;
  confidence: number;
}

export const genreClassification: Analysis<Answer> = {
  prompt: readPrompt('genre-classification.v1'),
  shape: {
    name: 'genre_classification',
    schema: object({ genre_tags: genreTags, theme_keywords: themeKeywords, target_demographic: demographic, confidence: share }),
  },
  maxTokens: 512,
  comparesSeries: false,
  read: (answer, { product }) => ({ result: { manga_id: product.mangaId, ...answer } }),
};
