import { answerAs, type AnswerShape, type ImageBlock } from '@manga-assist/bedrock';
import { coverKeyOf, Covers, ProductStore } from '@manga-assist/catalogue';
import { AppError, type JsonObject } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { seriesEntry } from '../../catalogue/series-entry.ts';
import { seriesOf } from '../../catalogue/series-of.ts';
import { object, share, text, texts } from '../answer-parts.ts';
import { fenced } from '../fence.ts';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import { readPrompt } from '../prompt-file.ts';
import { pictureFormat } from './picture-format.ts';

const prompt = readPrompt('cover-analysis.v1');
/** Bedrock's limit for one image. */
const MOST_BYTES = 3_750_000;
const SHOWN = ['blood', 'weapons', 'nudity', 'suggestive', 'horror', 'alcohol', 'smoking'];
const COVER: AnswerShape = {
  name: 'cover_analysis',
  schema: object({
    description: text(600),
    colours: texts(5, 30),
    mood: texts(5, 30),
    visible_text: texts(10, 200),
    shows: { type: 'array', items: { enum: SHOWN }, uniqueItems: true },
    is_suitable_for_shop_window: { type: 'boolean' },
    confidence: share,
  }),
};

/** Looks at a cover. */
@Injectable()
export class CoverAnalysisHandler extends JobHandler<'cover_analysis'> {
  readonly types = ['cover_analysis'] as const;

  constructor(
    private readonly products: ProductStore,
    private readonly covers: Covers,
  ) {
    super();
  }

  definitionOf(): JobDefinition {
    return { model: 'sonnet', maxTokens: 1_024, temperature: 0.1, deadlineMs: 120_000, promptVersion: prompt.version };
  }

  async run(work: JobWork<'cover_analysis'>): Promise<JobProduct> {
    const { manga_id, cover_key = coverKeyOf(manga_id) } = work.input;
    const [product, bytes] = await Promise.all([seriesOf(this.products, manga_id, work.signal), this.covers.get(cover_key, MOST_BYTES, work.signal)]);
    const request = work.request(prompt, [imageOf(bytes), fenced('catalogue_entry', seriesEntry(product))]);
    const { value } = await answerAs<JsonObject>(work.model, request, work.call, COVER);
    return { result: { manga_id, cover_key, ...value } };
  }
}

function imageOf(bytes: Uint8Array): ImageBlock {
  const format = pictureFormat(bytes);
  if (format === undefined) throw new AppError('invalid', 'jobs.not-a-picture', 'The cover is no PNG, JPEG, GIF or WebP picture.');
  return { type: 'image', format, bytes };
}
