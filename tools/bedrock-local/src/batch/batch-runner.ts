import { createHash } from 'node:crypto';
import { setTimeout as wait, setImmediate as nextTick } from 'node:timers/promises';
import { BedrockError } from '../wire/bedrock-error.ts';
import type { BatchFiles } from './batch-files.ts';
import { BatchProblem, readInput, type BatchInput, type BatchRecord } from './batch-input.ts';
import type { BatchJob } from './batch-job.ts';

export interface BatchSettings {
  /** How long a job stays in each status before InProgress. */
  stepMs: number;
  /** 0: as fast as possible. */
  recordsPerSecond: number;
  minimumRecords: number;
  maximumRecords: number;
  /** The length of an hour of `timeoutDurationInHours`: a short one lets jobs expire in tests. */
  hourMs: number;
}

export interface RecordResult {
  modelOutput: unknown;
  inputTokens: number;
  outputTokens: number;
}

/** Answers one record, or throws the BedrockError that its line will tell. */
export type AnswerRecord = (job: BatchJob, record: BatchRecord, signal: AbortSignal) => Promise<RecordResult>;

interface Totals {
  inputTokens: number;
  outputTokens: number;
}

/** Walks one job from Submitted to its end. */
export class BatchRunner {
  private readonly files: BatchFiles;
  private readonly settings: BatchSettings;
  private readonly answer: AnswerRecord;

  constructor(files: BatchFiles, settings: BatchSettings, answer: AnswerRecord) {
    this.files = files;
    this.settings = settings;
    this.answer = answer;
  }

  async run(job: BatchJob, signal: AbortSignal): Promise<void> {
    try {
      await this.step(signal);
      if (this.shallStop(job)) return;
      job.moveTo('Validating');
      const inputs = readInput(await this.files.read(job.request.input), job.arn, this.settings);
      job.counts.total = inputs.reduce((sum, { records }) => sum + records.length, 0);
      await this.step(signal);
      if (this.shallStop(job)) return;
      job.moveTo('Scheduled');
      await this.step(signal);
      if (this.shallStop(job)) return;
      if (job.hasExpired) return job.moveTo('Expired', 'The job did not begin before its timeout.');
      job.moveTo('InProgress');
      await this.process(job, inputs, signal);
    } catch (error) {
      if (signal.aborted) return;
      job.moveTo('Failed', error instanceof BatchProblem ? error.message : `The data could not be read or written at the given S3 location: ${error instanceof Error ? error.name : 'unknown error'}`);
    }
  }

  private async process(job: BatchJob, inputs: readonly BatchInput[], signal: AbortSignal): Promise<void> {
    const totals: Totals = { inputTokens: 0, outputTokens: 0 };
    const startedAt = performance.now();
    for (const { name, records } of inputs) {
      const lines: string[] = [];
      for (const record of records) {
        if (job.status === 'Stopping' || job.hasExpired) break;
        await this.pace(job.counts.processed, startedAt, signal);
        lines.push(await this.line(job, record, totals, signal));
      }
      await this.files.write(job.request.output, `${job.id}/${name}.out`, inAnyOrder(lines));
    }
    await this.files.write(job.request.output, `${job.id}/manifest.json.out`, manifest(job, totals));
    if (this.shallStop(job)) return;
    job.moveTo(job.counts.processed < job.counts.total ? 'PartiallyCompleted' : 'Completed');
  }

  private async line(job: BatchJob, record: BatchRecord, totals: Totals, signal: AbortSignal): Promise<string> {
    const { counts } = job;
    try {
      const { modelOutput, inputTokens, outputTokens } = await this.answer(job, record, signal);
      totals.inputTokens += inputTokens;
      totals.outputTokens += outputTokens;
      counts.success += 1;
      return JSON.stringify({ ...record, modelOutput });
    } catch (error) {
      signal.throwIfAborted();
      const refusal = error instanceof BedrockError ? error : new BedrockError('InternalServerException', 'Internal server error');
      counts.error += 1;
      return JSON.stringify({ ...record, error: { errorCode: refusal.status, errorMessage: refusal.message } });
    } finally {
      counts.processed += 1;
    }
  }

  private shallStop(job: BatchJob): boolean {
    if (job.status === 'Stopping') job.moveTo('Stopped');
    return job.hasEnded;
  }

  private async step(signal: AbortSignal): Promise<void> {
    await wait(this.settings.stepMs, undefined, { signal });
  }

  /** Other calls are answered between two records. */
  private async pace(processed: number, startedAt: number, signal: AbortSignal): Promise<void> {
    const { recordsPerSecond } = this.settings;
    const dueInMs = recordsPerSecond > 0 ? startedAt + (processed / recordsPerSecond) * 1_000 - performance.now() : 0;
    if (dueInMs > 0) await wait(dueInMs, undefined, { signal });
    else await nextTick();
    signal.throwIfAborted();
  }
}

/** AWS does not promise the order of the input, so neither do we: callers must join by recordId. */
function inAnyOrder(lines: readonly string[]): string {
  const keyed = lines.map((line) => ({ line, key: createHash('sha1').update(line).digest('hex') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ line }) => `${line}\n`).join('');
}

function manifest({ counts }: BatchJob, totals: Totals): string {
  return JSON.stringify({
    totalRecordCount: counts.total,
    processedRecordCount: counts.processed,
    successRecordCount: counts.success,
    errorRecordCount: counts.error,
    inputTokenCount: totals.inputTokens,
    outputTokenCount: totals.outputTokens,
  });
}
