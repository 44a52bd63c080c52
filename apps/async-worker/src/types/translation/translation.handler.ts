import { answerAs, type AnswerShape } from '@manga-assist/bedrock';
import type { JsonObject } from '@manga-assist/foundation';
import type { TextItem } from '@manga-assist/schemas/jobs';
import { Injectable } from '@nestjs/common';
import { object, text } from '../answer-parts.ts';
import { cleaned, fenced } from '../fence.ts';
import { answerEach } from '../items/answer-each.ts';
import { inParts } from '../items/in-parts.ts';
import { REFUSAL_REASONS } from '../items/refusal-reason.ts';
import { TextTokens } from '../items/text-tokens.ts';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import { readPrompt } from '../prompt-file.ts';

interface Translation {
  id: string;
  translation: string;
}

const prompt = readPrompt('translation.v1');
const LANGUAGE_NAMES = { en: 'English', ja: 'Japanese' } as const;
const ITEM_CHARACTERS = 4_000;
/** A translation is up to twice as many tokens as its text, and an answer has 4,096. */
const PART = { mostTokens: 1_800, mostItems: 20 };
const TRANSLATIONS: AnswerShape = {
  name: 'translations',
  schema: object({ items: { type: 'array', items: object({ id: text(64), translation: text(12_000) }) } }),
};

/** Japanese to English or back, many texts at once. */
@Injectable()
export class TranslationHandler extends JobHandler<'translate'> {
  readonly types = ['translate'] as const;

  constructor(private readonly tokens: TextTokens) {
    super();
  }

  definitionOf(): JobDefinition {
    return { model: 'sonnet', maxTokens: 4_096, temperature: 0.2, deadlineMs: 900_000, promptVersion: prompt.version };
  }

  async run(work: JobWork<'translate'>): Promise<JobProduct> {
    const { items, target_language } = work.input;
    const { answers, refusals } = await answerEach<Translation>({
      items,
      partsOf: (some) => inParts(some, PART, ({ text: source }) => this.tokens.of(source)),
      ask: (part, signal) => this.#translate(part, work, signal),
      onProgress: (done) => work.progress(done, items.length),
      signal: work.signal,
    });
    const translated = items.map(({ id }): JsonObject => {
      const found = answers.get(id);
      if (found) return { id, status: 'translated', translation: found.translation };
      const refusal = refusals.get(id);
      return { id, status: 'untranslated', ...(refusal && { reason: REFUSAL_REASONS[refusal] }) };
    });
    return { result: { target_language, items: translated } };
  }

  async #translate(part: readonly TextItem[], work: JobWork<'translate'>, signal: AbortSignal): Promise<readonly Translation[]> {
    const inLanguage = { ...prompt, text: `${prompt.text}\n\nTranslate into ${LANGUAGE_NAMES[work.input.target_language]}.` };
    const content = [fenced('items', part.map(({ id, text: source }) => ({ id, text: cleaned(source, ITEM_CHARACTERS) })))];
    const { value } = await answerAs<{ items: Translation[] }>(work.model, work.request(inLanguage, content), work.callUnder(signal), TRANSLATIONS);
    return value.items;
  }
}
