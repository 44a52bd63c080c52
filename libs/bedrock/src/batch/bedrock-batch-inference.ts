import {
  BedrockClient,
  CreateModelInvocationJobCommand,
  GetModelInvocationJobCommand,
  StopModelInvocationJobCommand,
  type GetModelInvocationJobCommandOutput,
} from '@aws-sdk/client-bedrock';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AppError } from '@manga-assist/foundation';
import { toModelError } from '../aws/bedrock-errors.ts';
import type { ModelCall } from '../language-model.ts';
import { openModelCatalogue, type ModelCatalogue } from '../model-catalogue.ts';
import type { UsageLedger } from '../usage-ledger.ts';
import { bookBatch } from './batch-bookkeeper.ts';
import { BatchInference, type BatchJob, type BatchRecord, type BatchState, type BatchSubmission, type SubmittedBatch } from './batch-inference.ts';
import { joinBatchResults, type BatchResults } from './join-batch-results.ts';

export interface BedrockBatchInferenceOptions {
  /** Where questions and answers lie; the role must be able to read and write there. */
  bucket: string;
  /** Begins every key, such as `batch/`. */
  prefix?: string;
  /** The role that Bedrock takes on. */
  roleArn: string;
  /** Where the cost of every record goes. */
  ledger: UsageLedger;
  catalogue?: ModelCatalogue;
  /** Service quotas of the model and account, which differ: read them, then set these. Default 100 and 50,000. */
  minRecords?: number;
  maxRecords?: number;
  /** 24 to 168; after that the job expires. Default 24. */
  timeoutHours?: number;
  /** Override what the SDK finds itself (AWS_ENDPOINT_URL_BEDROCK, AWS_ENDPOINT_URL_S3). */
  bedrockEndpoint?: string;
  s3Endpoint?: string;
}

const OVER: ReadonlySet<BatchState> = new Set(['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired']);
const NAME = /^[a-zA-Z0-9](?:-?[a-zA-Z0-9]){0,31}$/;
const SCHEME = 's3://';

/** Batch inference over Bedrock's control plane, with JSON lines in S3. */
export function openBedrockBatchInference(options: BedrockBatchInferenceOptions): BatchInference {
  return new BedrockBatchInference(options);
}

/** Opened by `openBedrockBatchInference`. */
class BedrockBatchInference extends BatchInference {
  readonly #options: BedrockBatchInferenceOptions;
  readonly #catalogue: ModelCatalogue;
  readonly #bedrock: BedrockClient;
  readonly #s3: S3Client;

  constructor(options: BedrockBatchInferenceOptions) {
    super();
    this.#options = options;
    this.#catalogue = options.catalogue ?? openModelCatalogue();
    // Nobody waits for a batch: the SDK's own retries are good enough, and the token makes them safe.
    this.#bedrock = new BedrockClient(options.bedrockEndpoint === undefined ? {} : { endpoint: options.bedrockEndpoint });
    this.#s3 = new S3Client(options.s3Endpoint === undefined ? {} : { endpoint: options.s3Endpoint, forcePathStyle: true });
  }

  submit(submission: BatchSubmission, abortSignal: AbortSignal): Promise<{ jobId: string }> {
    const { name, model, records, token } = submission;
    return translated(abortSignal, async () => {
      this.#check(submission);
      const { modelId } = this.#catalogue.served(model);
      const { bucket, prefix = '', roleArn, timeoutHours = 24 } = this.#options;
      const key = `${prefix}in/${name}.jsonl`;
      await this.#s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: linesOf(records), ContentType: 'application/jsonl' }), { abortSignal });
      const { jobArn = '' } = await this.#bedrock.send(
        new CreateModelInvocationJobCommand({
          jobName: name,
          modelId,
          roleArn,
          clientRequestToken: token,
          timeoutDurationInHours: timeoutHours,
          inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: `${SCHEME}${bucket}/${key}` } },
          outputDataConfig: { s3OutputDataConfig: { s3Uri: `${SCHEME}${bucket}/${prefix}out/` } },
        }),
        { abortSignal },
      );
      return { jobId: jobArn };
    });
  }

  job(jobId: string, abortSignal: AbortSignal): Promise<BatchJob> {
    return translated(abortSignal, async () => toJob(jobId, await this.#get(jobId, abortSignal)));
  }

  results({ jobId, model, recordIds }: SubmittedBatch, { attribution, signal }: ModelCall): Promise<BatchResults> {
    return translated(signal, async () => {
      const found = await this.#get(jobId, signal);
      if (!toJob(jobId, found).isOver) throw new AppError('conflict', 'bedrock.batch-unfinished', 'The batch is still being worked on.');
      const output = await this.#output(jobId, found, signal);
      const joined = joinBatchResults(recordIds, output.split('\n'));
      const { modelId = this.#catalogue.served(model).modelId, submitTime, endTime = submitTime } = found;
      if (!submitTime || !endTime) throw new SyntaxError('the job does not say when it was submitted');
      const job = { jobId, model, modelId, priceId: this.#catalogue.baseIdOf(modelId), submittedAtMs: submitTime.getTime(), endedAtMs: endTime.getTime() };
      await bookBatch(joined.results, job, attribution, { ledger: this.#options.ledger, prices: this.#catalogue.prices });
      return joined;
    });
  }

  stop(jobId: string, abortSignal: AbortSignal): Promise<void> {
    return translated(abortSignal, async () => {
      await this.#bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier: jobId }), { abortSignal });
    });
  }

  close(): Promise<void> {
    this.#bedrock.destroy();
    this.#s3.destroy();
    return Promise.resolve();
  }

  #check({ name, records }: BatchSubmission): void {
    const { minRecords = 100, maxRecords = 50_000 } = this.#options;
    if (!NAME.test(name)) throw new AppError('invalid', 'bedrock.batch-record', 'The name of a batch has letters, digits and single dashes between them.');
    if (records.length < minRecords || records.length > maxRecords) {
      throw new AppError('invalid', 'bedrock.batch-size', `A batch has ${minRecords} to ${maxRecords} records.`, { details: { records: records.length } });
    }
    const ids = new Set(records.map(({ recordId }) => recordId));
    if (ids.has('') || ids.size < records.length) throw new AppError('invalid', 'bedrock.batch-record', 'Every record of a batch needs an id of its own.');
  }

  #get(jobId: string, abortSignal: AbortSignal): Promise<GetModelInvocationJobCommandOutput> {
    return this.#bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier: jobId }), { abortSignal });
  }

  /** `<out>/<last part of the job's ARN>/<input file>.out`; empty for a job that ended before it wrote anything. */
  async #output(jobId: string, job: GetModelInvocationJobCommandOutput, abortSignal: AbortSignal): Promise<string> {
    const input = job.inputDataConfig?.s3InputDataConfig?.s3Uri ?? '';
    const output = job.outputDataConfig?.s3OutputDataConfig?.s3Uri ?? '';
    const [bucket = '', ...folders] = output.slice(SCHEME.length).split('/').filter((part) => part !== '');
    const key = [...folders, jobId.slice(jobId.lastIndexOf('/') + 1), `${input.slice(input.lastIndexOf('/') + 1)}.out`].join('/');
    try {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      return (await Body?.transformToString('utf8')) ?? '';
    } catch (error) {
      if ((error as { name?: unknown }).name === 'NoSuchKey') return '';
      throw error;
    }
  }
}

function linesOf(records: readonly BatchRecord[]): string {
  return records.map(({ recordId, modelInput }) => `${JSON.stringify({ recordId, modelInput })}\n`).join('');
}

function toJob(jobId: string, job: GetModelInvocationJobCommandOutput): BatchJob {
  const state = job.status ?? 'Submitted';
  return {
    jobId,
    state,
    isOver: OVER.has(state),
    records: {
      total: job.totalRecordCount ?? 0,
      processed: job.processedRecordCount ?? 0,
      succeeded: job.successRecordCount ?? 0,
      failed: job.errorRecordCount ?? 0,
    },
  };
}

async function translated<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    signal.throwIfAborted();
    return await work();
  } catch (error) {
    throw toModelError(error, { signal });
  }
}
