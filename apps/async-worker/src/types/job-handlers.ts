import { AppError } from '@manga-assist/foundation';
import type { Job } from '@manga-assist/jobs';
import { parse } from '@manga-assist/schemas';
import { JOB_INPUTS, JOB_TYPES, type JobInput, type JobType } from '@manga-assist/schemas/jobs';
import type { JobHandler } from './job-handler.ts';

/** Who does which job. */
export class JobHandlers {
  readonly #byType = new Map<JobType, JobHandler>();

  /** Throws when a type has nobody, or two: found at the start, not by a job. */
  constructor(handlers: readonly JobHandler[]) {
    for (const handler of handlers) {
      for (const type of handler.types) {
        if (this.#byType.has(type)) throw new Error(`two handlers do ${type}`);
        this.#byType.set(type, handler);
      }
    }
    const missing = JOB_TYPES.filter((type) => !this.#byType.has(type));
    if (missing.length > 0) throw new Error(`nobody does ${missing.join(', ')}`);
  }

  /** Throws `unavailable` `jobs.unknown-type`: while a newer release comes up, its doors write what only its workers know. */
  for({ type }: Pick<Job, 'type'>): JobHandler {
    const handler = this.#byType.get(type);
    if (handler === undefined) throw new AppError('unavailable', 'jobs.unknown-type', 'This type of job is not known here yet.', { retryAfterMs: 60_000 });
    return handler;
  }
}

/** The input as its type wants it, leniently: the door has been strict. Throws `invalid` `jobs.invalid-input`. */
export function inputOf({ type, input }: Pick<Job, 'type' | 'input'>): JobInput {
  const parsed = parse<JobInput>(JOB_INPUTS[type], input, { unknownFields: 'drop' });
  if (parsed.ok) return parsed.value;
  throw new AppError('invalid', 'jobs.invalid-input', 'The input does not fit the type of job.', { problems: parsed.problems });
}
