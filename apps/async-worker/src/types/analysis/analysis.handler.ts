import { answerAs } from '@manga-assist/bedrock';
import { ProductStore } from '@manga-assist/catalogue';
import { ANALYSIS_TYPES, type AnalysisType } from '@manga-assist/schemas/jobs';
import { Injectable } from '@nestjs/common';
import { CatalogueSnapshot } from '../../catalogue/catalogue-snapshot.ts';
import { seriesEntry, seriesInBrief } from '../../catalogue/series-entry.ts';
import { seriesOf } from '../../catalogue/series-of.ts';
import { cleaned, fenced } from '../fence.ts';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import type { AnalysedSeries, Analysis } from './analysis.ts';
import { contentSummary } from './content-summary.ts';
import { fullEnrichment } from './full-enrichment.ts';
import { genreClassification } from './genre-classification.ts';
import { readingLevel } from './reading-level.ts';
import { similarCandidates } from './similar-candidates.ts';
import { similarSeries } from './similar-series.ts';

const MOST_CANDIDATES = 20;
const CONTEXT_CHARACTERS = 1_000;

const ANALYSES = {
  genre_classification: genreClassification,
  content_summary: contentSummary,
  similar_series: similarSeries,
  reading_level: readingLevel,
  full_enrichment: fullEnrichment,
} as const;

/** The five analyses of one series. */
@Injectable()
export class AnalysisHandler extends JobHandler<AnalysisType> {
  readonly types = ANALYSIS_TYPES;

  constructor(
    private readonly products: ProductStore,
    private readonly snapshot: CatalogueSnapshot,
  ) {
    super();
  }

  definitionOf(type: AnalysisType): JobDefinition {
    const { maxTokens, prompt } = ANALYSES[type];
    return { model: 'haiku', maxTokens, temperature: 0.1, deadlineMs: 120_000, promptVersion: prompt.version };
  }

  async run(work: JobWork<AnalysisType>): Promise<JobProduct> {
    // Each analysis reads its own kind of answer; which kind it is, its schema has made sure of.
    const analysis = ANALYSES[work.type] as Analysis<unknown>;
    const series = await this.#look(work, analysis);
    const request = work.request(analysis.prompt, [
      fenced('catalogue_entry', seriesEntry(series.product)),
      ...(analysis.comparesSeries ? [fenced('candidates', series.candidates.map(seriesInBrief))] : []),
      ...(work.input.additional_context === undefined ? [] : [fenced('context', cleaned(work.input.additional_context, CONTEXT_CHARACTERS))]),
    ]);
    const { value } = await answerAs<unknown>(work.model, request, work.call, analysis.shape);
    return analysis.read(value, series);
  }

  async #look({ input, signal }: JobWork<AnalysisType>, { comparesSeries }: Analysis<unknown>): Promise<AnalysedSeries> {
    const product = await seriesOf(this.products, input.manga_id, signal);
    const catalogue = comparesSeries ? await this.snapshot.products() : [];
    return { product, catalogue, candidates: similarCandidates(product, catalogue, MOST_CANDIDATES) };
  }
}
