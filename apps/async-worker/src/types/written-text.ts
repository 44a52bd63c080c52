import type { ModelAnswer, StopReason } from '@manga-assist/bedrock';
import { AppError } from '@manga-assist/foundation';

const WRITTEN: ReadonlySet<StopReason> = new Set(['end_turn', 'stop_sequence', 'max_tokens', 'model_context_window_exceeded']);

/** What the model wrote of its own will, as far as it came. Throws `unavailable` `jobs.unfit-answer` for nothing, and for what Bedrock itself calls malformed. */
export function writtenText({ text, stopReason }: Pick<ModelAnswer, 'text' | 'stopReason'>): string {
  if (text.trim() === '' || !WRITTEN.has(stopReason)) throw new AppError('unavailable', 'jobs.unfit-answer', 'The model wrote nothing that can be used.');
  return text.trim();
}
