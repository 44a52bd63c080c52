import type { JsonObject } from '@manga-assist/foundation';
import type { JobType } from '@manga-assist/schemas/jobs';
import type { CatalogueProposal } from '../catalogue/catalogue-proposal.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobWork } from './job-work.ts';

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
