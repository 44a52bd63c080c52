import { AppError } from '@manga-assist/foundation';
import type { ModelAnswer, StopReason } from './model-event.ts';

type Stopped = Pick<ModelAnswer, 'stopReason'>;

const BLOCKED: ReadonlySet<StopReason> = new Set(['guardrail_intervened', 'content_filtered']);
const CUT: ReadonlySet<StopReason> = new Set(['max_tokens', 'model_context_window_exceeded']);

/** The same answer. Throws `forbidden` `bedrock.blocked-answer` for one that a guardrail or the model's filter has stopped: its text is an apology. */
export function unblockedAnswer<Answer extends Stopped>(answer: Answer): Answer {
  if (BLOCKED.has(answer.stopReason)) throw new AppError('forbidden', 'bedrock.blocked-answer', 'This cannot be answered here.');
  return answer;
}

/** The same answer, neither blocked nor, `unavailable` `bedrock.cut-answer`, ended by its length. */
export function wholeAnswer<Answer extends Stopped>(answer: Answer): Answer {
  if (CUT.has(answer.stopReason)) throw new AppError('unavailable', 'bedrock.cut-answer', 'The answer was longer than allowed.');
  return unblockedAnswer(answer);
}
