import type { JsonObject } from '@manga-assist/foundation';
import type { CatalogueEffect } from '@manga-assist/jobs';
import type { ModelChoice } from '@manga-assist/schemas';
import type { JobType } from '@manga-assist/schemas/jobs';
import type { JobWork } from './job-work.ts';

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

/** What a result would change in the catalogue, before anybody has decided on it. */
export type CatalogueProposal = Pick<CatalogueEffect, 'mangaId' | 'changes' | 'expected' | 'confidence'>;

export interface JobProduct {
  result: JsonObject;
  proposal?: CatalogueProposal;
}

/**
 * Does the jobs of one type or of a family. May be begun again at any time: it keeps nothing but
 * checkpoints. Throws `AppError`; what its kind means for the job stands in `job-failure.ts`.
 */
export abstract class JobHandler<T extends JobType = JobType> {
  abstract readonly types: readonly T[];
  abstract definitionOf(type: T): JobDefinition;
  abstract run(work: JobWork<T>): Promise<JobProduct>;
}
