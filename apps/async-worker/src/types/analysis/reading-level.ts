import { readPrompt } from '../prompt-file.ts';
import type { Analysis } from './analysis.ts';
import { object, readingLevel as level, share, text, texts } from '../answer-parts.ts';

interface Answer {
  reading_level: string;
  age_from: number;
  content_warnings: string[];
  reason: string;
  confidence: number;
}

export const readingLevel: Analysis<Answer> = {
  prompt: readPrompt('reading-level.v1'),
  shape: {
    name: 'reading_level',
    schema: object({ reading_level: level, age_from: { type: 'integer', minimum: 0, maximum: 18 }, content_warnings: texts(12, 60), reason: text(500), confidence: share }),
  },
  maxTokens: 512,
  comparesSeries: false,
  read: (answer, { product }) => ({ result: { manga_id: product.mangaId, ...answer } }),
};
