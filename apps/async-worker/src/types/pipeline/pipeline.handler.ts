import { answerAs, type AnswerShape } from '@manga-assist/bedrock';
import { ProductStore } from '@manga-assist/catalogue';
import type { JsonObject } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { seriesEntry } from '../../catalogue/series-entry.ts';
import { seriesOf } from '../../catalogue/series-of.ts';
import { object, share, text } from '../answer-parts.ts';
import { cleaned, fenced } from '../fence.ts';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import { readPrompt } from '../prompt-file.ts';

type Fact = { fact: string; field: string };
interface Piece {
  judgements: { number: number; verdict: 'used' | 'irrelevant' | 'unsupported' }[];
  answer: string;
  confidence: number;
}

const extraction = readPrompt('pipeline-extraction.v1');
const writing = readPrompt('pipeline-writing.v1');
const EXTRACTION_TOKENS = 1_024;
const QUESTION_CHARACTERS = 2_000;

const FACTS: AnswerShape = {
  name: 'facts',
  schema: object({ facts: { type: 'array', items: object({ fact: text(300), field: text(60) }), maxItems: 20 } }),
};
const PIECE: AnswerShape = {
  name: 'piece',
  schema: object({
    judgements: {
      type: 'array',
      items: object({ number: { type: 'integer', minimum: 1 }, verdict: { enum: ['used', 'irrelevant', 'unsupported'] } }),
      maxItems: 20,
    },
    answer: text(8_000),
    confidence: share,
  }),
};

/** Two models, each at what it is good at: the cheap one collects facts, the thorough one judges them and writes. */
@Injectable()
export class PipelineHandler extends JobHandler<'pipeline'> {
  readonly types = ['pipeline'] as const;

  constructor(private readonly products: ProductStore) {
    super();
  }

  definitionOf(): JobDefinition {
    return { model: 'sonnet', maxTokens: 2_048, temperature: 0.3, deadlineMs: 240_000, promptVersion: `${extraction.version}+${writing.version}` };
  }

  async run(work: JobWork<'pipeline'>): Promise<JobProduct> {
    const { manga_id, question, language } = work.input;
    const entry = seriesEntry(await seriesOf(this.products, manga_id, work.signal));
    const asked = [fenced('catalogue_entry', entry), fenced('question', cleaned(question, QUESTION_CHARACTERS))];

    const extracting = work.request(extraction, asked, { model: 'haiku', maxTokens: EXTRACTION_TOKENS });
    const { value: found } = await answerAs<{ facts: Fact[] }>(work.model, extracting, work.call, FACTS);
    await work.progress(1, 2);

    const inLanguage = { ...writing, text: `${writing.text}\n\nAnswer language: ${language}` };
    const facts = found.facts.map((fact, index) => ({ number: index + 1, ...fact }));
    const { value: piece } = await answerAs<Piece>(work.model, work.request(inLanguage, [...asked, fenced('facts', facts)]), work.call, PIECE);
    await work.progress(2, 2);
    return { result: { manga_id, language, answer: piece.answer, confidence: piece.confidence, facts: judged(facts, piece) } };
  }
}

/** Each fact with what was made of it; one that was not judged was not used. */
function judged(facts: readonly (Fact & { number: number })[], { judgements }: Piece): JsonObject[] {
  const verdicts = new Map(judgements.map(({ number, verdict }) => [number, verdict]));
  return facts.map(({ number, fact, field }) => ({ fact, field, verdict: verdicts.get(number) ?? 'irrelevant' }));
}
