import { readPrompt } from '../prompt-file.ts';
import type { Analysis } from './analysis.ts';
import { object, text, texts } from '../answer-parts.ts';

interface Answer {
  summary: string;
  summary_japanese: string;
  tone: string[];
}

export const contentSummary: Analysis<Answer> = {
  prompt: readPrompt('content-summary.v1'),
  shape: { name: 'content_summary', schema: object({ summary: text(1_200), summary_japanese: text(800), tone: texts(5, 40) }) },
  maxTokens: 1_024,
  comparesSeries: false,
  read: (answer, { product }) => ({ result: { manga_id: product.mangaId, ...answer } }),
};
