import type { LanguageModel } from '@manga-assist/bedrock';
import type { JsonObject } from '@manga-assist/foundation';
import type { Job } from '@manga-assist/jobs';
import type { JobHandler, JobProduct } from '../types/job-handler.ts';
import { inputOf } from '../types/job-handlers.ts';
import { JobWork } from '../types/job-work.ts';

export interface WorkedOn {
  product: JobProduct;
  progress: { done: number; total: number }[];
  checkpoints: JsonObject[];
}

export interface WorkedUnder {
  /** The checkpoint of an earlier attempt. */
  from?: JsonObject;
  /** Where checkpoints go, for a test whose work fails. */
  kept?: unknown[];
  signal?: AbortSignal;
}

/** Has a handler do a job, with nothing of the job's life around it. */
export async function workOn(handler: JobHandler, job: Job, model: LanguageModel, { from, kept = [], signal = new AbortController().signal }: WorkedUnder = {}): Promise<WorkedOn> {
  const progress: WorkedOn['progress'] = [];
  const checkpoints: JsonObject[] = [];
  const work = new JobWork({
    job,
    type: job.type,
    input: inputOf(job),
    definition: handler.definitionOf(job.type),
    model,
    signal,
    progress: async (done, total) => void progress.push({ done, total }),
    checkpoint: async (done, total, checkpoint) => {
      progress.push({ done, total });
      checkpoints.push(structuredClone(checkpoint));
      kept.push(structuredClone(checkpoint));
    },
    lastCheckpoint: async () => from,
  });
  return { product: await handler.run(work), progress, checkpoints };
}
