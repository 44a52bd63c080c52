import { answerAs } from '@manga-assist/bedrock';
import type { JsonObject } from '@manga-assist/foundation';
import type { TextItem } from '@manga-assist/schemas/jobs';
import { Injectable } from '@nestjs/common';
import { cleaned, fenced } from '../fence.ts';
import { answerEach, type Refusal } from '../items/answer-each.ts';
import { inParts } from '../items/in-parts.ts';
import { REFUSAL_REASONS } from '../items/refusal-reason.ts';
import { TextTokens } from '../items/text-tokens.ts';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import { readPrompt } from '../prompt-file.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

const prompt = readPrompt('content-moderation.v1');
const ITEM_CHARACTERS = 4_000;
/** About 60 tokens a verdict: twenty fit into an answer. */
const PART = { mostTokens: 4_000, mostItems: 20 };

/** Judges many texts; each of them has a verdict in the end, if only that a person has to look, or that nobody has. */
@Injectable()
export class ModerationHandler extends JobHandler<'content_moderation'> {
  readonly types = ['content_moderation'] as const;

  constructor(private readonly tokens: TextTokens) {
    super();
  }

  definitionOf(): JobDefinition {
    return { model: 'haiku', maxTokens: 2_048, temperature: 0, deadlineMs: 300_000, promptVersion: prompt.version };
  }

  async run(work: JobWork<'content_moderation'>): Promise<JobProduct> {
    const { items } = work.input;
    const { answers, refusals } = await answerEach<Verdict>({
      items,
      partsOf: (some) => inParts(some, PART, ({ text }) => this.tokens.of(text)),
      ask: (part, signal) => this.#judge(part, work, signal),
      onProgress: (done) => work.progress(done, items.length),
      signal: work.signal,
    });
    const judged = items.map(({ id }) => ({ ...(answers.get(id) ?? verdictWithout(id, refusals.get(id))) }));
    return { result: { items: judged, counts: countsOf(judged) } };
  }

  async #judge(part: readonly TextItem[], work: JobWork<'content_moderation'>, signal: AbortSignal): Promise<readonly Verdict[]> {
    const content = [fenced('items', part.map(({ id, text }) => ({ id, text: cleaned(text, ITEM_CHARACTERS) })))];
    const { value } = await answerAs<{ items: Verdict[] }>(work.model, work.request(prompt, content), work.callUnder(signal), VERDICTS);
    return value.items;
  }
}

/** What the model would not judge is what a person had better look at first. */
function verdictWithout(id: string, refusal: Refusal | undefined): Verdict | { id: string; decision: 'unreviewed' } {
  if (refusal === undefined) return { id, decision: 'unreviewed' };
  return { id, decision: 'review', categories: [], severity: 'high', reason: REFUSAL_REASONS[refusal] };
}

function countsOf(judged: readonly { decision: string }[]): JsonObject {
  const counts: Record<string, number> = { approve: 0, review: 0, reject: 0, unreviewed: 0 };
  for (const { decision } of judged) counts[decision] = (counts[decision] ?? 0) + 1;
  return counts;
}
