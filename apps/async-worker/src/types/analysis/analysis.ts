import type { AnswerShape } from '@manga-assist/bedrock';
import type { Product } from '@manga-assist/catalogue';
import type { JobProduct } from '../job-handler.ts';
import type { Prompt } from '../prompt-file.ts';

/** What an analysis looks at. */
export interface AnalysedSeries {
  product: Product;
  /** Those it may call similar, best first; empty for analyses that do not ask. */
  candidates: readonly Product[];
  /** The whole catalogue, for what is known in it; empty likewise. */
  catalogue: readonly Product[];
}

/** One of the five analyses of a series, as data. */
export interface Analysis<Answer> {
  prompt: Prompt;
  /** One object for each analysis: it is compiled once. */
  shape: AnswerShape;
  maxTokens: number;
  /** It names other series, and so has to be shown them. */
  comparesSeries: boolean;
  /** What the answer is worth. Throws `unavailable` `jobs.unfit-answer` when it is nothing. */
  read(answer: Answer, series: AnalysedSeries): JobProduct;
}
