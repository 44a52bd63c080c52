import { unblockedAnswer } from '@manga-assist/bedrock';
import { Injectable } from '@nestjs/common';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import { cleaned } from '../fence.ts';
import { readPrompt } from '../prompt-file.ts';
import { writtenText } from '../written-text.ts';

const prompt = readPrompt('free-prompt.v1');
const PROMPT_CHARACTERS = 20_000;

/** The customer's free-form request: his own words, and an answer that may be cut at the length he allowed: `stop_reason` says so. */
@Injectable()
export class PromptHandler extends JobHandler<'prompt'> {
  readonly types = ['prompt'] as const;

  definitionOf(): JobDefinition {
    return { model: 'sonnet', maxTokens: 2_048, temperature: 0.5, deadlineMs: 240_000, promptVersion: prompt.version };
  }

  async run(work: JobWork<'prompt'>): Promise<JobProduct> {
    const request = work.request(prompt, [{ type: 'text', text: cleaned(work.input.prompt, PROMPT_CHARACTERS) }]);
    const answer = unblockedAnswer(await work.model.converse(request, work.call));
    return { result: { response: writtenText(answer), model: answer.model, stop_reason: answer.stopReason } };
  }
}
