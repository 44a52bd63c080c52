import type { LanguageModel, ModelBlock, ModelCall, ModelRequest } from '@manga-assist/bedrock';
import type { JsonObject } from '@manga-assist/foundation';
import type { Job } from '@manga-assist/jobs';
import type { ModelChoice } from '@manga-assist/schemas';
import type { JobInputOf, JobType } from '@manga-assist/schemas/jobs';
import type { JobDefinition } from './job-definition.ts';
import type { Prompt } from './prompt-file.ts';

/** What a long job may tell while it works. */
export interface JobReports {
  /** Shown to whoever asks for the status; now and then, not for every token. */
  progress(done: number, total: number): Promise<void>;
  /** Kept so that the next attempt goes on from there. */
  checkpoint(step: number, total: number, checkpoint: JsonObject): Promise<void>;
  lastCheckpoint(): Promise<JsonObject | undefined>;
}

export interface WorkOptions<T extends JobType> extends JobReports {
  job: Job;
  type: T;
  input: JobInputOf<T>;
  definition: JobDefinition;
  /** Counts what this attempt uses. */
  model: LanguageModel;
  /** Fires at the deadline, on a wish to cancel, when the job is lost, and when the worker drains. */
  signal: AbortSignal;
}

/** One attempt at a job, as its handler sees it. */
export class JobWork<T extends JobType = JobType> {
  readonly job: Job;
  readonly type: T;
  readonly input: JobInputOf<T>;
  readonly model: LanguageModel;
  readonly call: ModelCall;
  readonly #definition: JobDefinition;
  readonly #reports: JobReports;

  constructor({ job, type, input, definition, model, signal, ...reports }: WorkOptions<T>) {
    this.job = job;
    this.type = type;
    this.input = input;
    this.model = model;
    this.call = { attribution: { ...job.owner, feature: 'job', correlationId: job.jobId }, signal };
    this.#definition = definition;
    this.#reports = reports;
  }

  get signal(): AbortSignal {
    return this.call.signal;
  }

  /** For one of several calls that stop together, and with the job. */
  callUnder(signal: AbortSignal): ModelCall {
    return { ...this.call, signal };
  }

  /** A request as the job wants it: its own model and length, else its type's. */
  request(prompt: Prompt, content: readonly ModelBlock[], use: { model?: ModelChoice; maxTokens?: number } = {}): ModelRequest {
    const { model, maxTokens, temperature } = this.#definition;
    return {
      model: use.model ?? this.job.model ?? model,
      system: prompt.text,
      messages: [{ role: 'user', content }],
      maxTokens: use.maxTokens ?? this.job.maxTokens ?? maxTokens,
      temperature,
    };
  }

  progress(done: number, total: number): Promise<void> {
    return this.#reports.progress(done, total);
  }

  checkpoint(step: number, total: number, checkpoint: JsonObject): Promise<void> {
    return this.#reports.checkpoint(step, total, checkpoint);
  }

  lastCheckpoint(): Promise<JsonObject | undefined> {
    return this.#reports.lastCheckpoint();
  }
}
