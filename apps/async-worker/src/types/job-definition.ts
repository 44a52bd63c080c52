import type { ModelChoice } from '@manga-assist/schemas';

/** What is fixed for a type of job. */
export interface JobDefinition {
  /** Who is asked unless the job names another model. */
  model: ModelChoice;
  /** For one answer, unless the job says otherwise. */
  maxTokens: number;
  temperature: number;
  /** For one attempt, from its claim to its result. */
  deadlineMs: number;
  /** Of all prompts it takes; recorded with the result. */
  promptVersion: string;
}
