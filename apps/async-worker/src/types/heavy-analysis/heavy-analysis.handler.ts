import { ProductStore } from '@manga-assist/catalogue';
import { collectAnswer, wholeAnswer, type ModelBlock } from '@manga-assist/bedrock';
import type { JsonObject } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { seriesEntry } from '../../catalogue/series-entry.ts';
import { seriesOf } from '../../catalogue/series-of.ts';
import { cleaned, fenced } from '../fence.ts';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import { readPrompt, type Prompt } from '../prompt-file.ts';
import { writtenText } from '../written-text.ts';
import { SECTIONS, type Section } from './sections.ts';

type Written = { id: string; heading: string; text: string };

const prompt = readPrompt('heavy-analysis.v1');
const FOCUS_CHARACTERS = 1_000;
/** Of what has been written: enough not to repeat it. */
const NOTE_CHARACTERS = 3_000;

/** A long piece over a whole series, section by section; a crash costs the section that was being written. */
@Injectable()
export class HeavyAnalysisHandler extends JobHandler<'heavy_analysis'> {
  readonly types = ['heavy_analysis'] as const;

  constructor(private readonly products: ProductStore) {
    super();
  }

  definitionOf(): JobDefinition {
    return { model: 'sonnet', maxTokens: 2_048, temperature: 0.5, deadlineMs: 1_800_000, promptVersion: prompt.version };
  }

  async run(work: JobWork<'heavy_analysis'>): Promise<JobProduct> {
    const { manga_id, focus, language } = work.input;
    const entry = seriesEntry(await seriesOf(this.products, manga_id, work.signal));
    const data = [fenced('catalogue_entry', entry), ...(focus === undefined ? [] : [fenced('context', cleaned(focus, FOCUS_CHARACTERS))])];
    const inLanguage = { ...prompt, text: `${prompt.text}\n\nAnswer language: ${language}` };

    const written = writtenSoFar(await work.lastCheckpoint());
    for (const section of SECTIONS.slice(written.length)) {
      written.push(await write(section, { data, written, prompt: inLanguage, work }));
      await work.checkpoint(written.length, SECTIONS.length, { sections: written });
    }
    return { result: { manga_id, language, ...(focus !== undefined && { focus }), sections: written } };
  }
}

/** Streamed, so that a stall is noticed after seconds and not at the end of minutes. Half a section, or a filter's apology, is none. */
async function write(
  { id, heading, headingJa, task }: Section,
  { data, written, prompt: system, work }: { data: readonly ModelBlock[]; written: readonly Written[]; prompt: Prompt; work: JobWork<'heavy_analysis'> },
): Promise<Written> {
  const notes = written.map((earlier) => ({ heading: earlier.heading, text: cleaned(earlier.text, NOTE_CHARACTERS) }));
  const request = work.request(system, [...data, fenced('notes', notes), { type: 'text', text: `Write now the section "${heading}": ${task}.` }]);
  const text = writtenText(wholeAnswer(await collectAnswer(work.model.converseStream(request, work.call))));
  return { id, heading: work.input.language === 'ja' ? headingJa : heading, text };
}

/** The sections of an earlier attempt, as far as they are those we still write. */
function writtenSoFar(checkpoint: JsonObject | undefined): Written[] {
  const sections = Array.isArray(checkpoint?.['sections']) ? (checkpoint['sections'] as Written[]) : [];
  const firstOther = SECTIONS.findIndex(({ id }, index) => sections[index]?.id !== id);
  return sections.slice(0, firstOther === -1 ? SECTIONS.length : firstOther);
}
