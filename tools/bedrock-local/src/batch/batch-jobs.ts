import { randomBytes } from 'node:crypto';
import { BedrockError, validation } from '../wire/bedrock-error.ts';
import { BatchJob, JOB_STATUSES } from './batch-job.ts';
import type { BatchRunner, BatchSettings } from './batch-runner.ts';
import type { JobRequest } from './job-request.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;

/** Every batch job of this process, oldest first. */
export class BatchJobs {
  private readonly jobs: BatchJob[] = [];
  private readonly runner: BatchRunner | undefined;
  private readonly settings: BatchSettings;
  private stopping = new AbortController();

  /** Without a runner there is no S3 to work with, and no job is accepted. */
  constructor(runner: BatchRunner | undefined, settings: BatchSettings) {
    this.runner = runner;
    this.settings = settings;
  }

  /** The same clientRequestToken gives the same job and starts nothing. */
  create(request: JobRequest, region: string): BatchJob {
    const { clientRequestToken: token } = request;
    const known = token === undefined ? undefined : this.jobs.find((job) => job.request.clientRequestToken === token);
    if (known) return known;
    if (!this.runner) throw validation('bedrock-local was started without an S3 endpoint; set --s3-endpoint, BEDROCK_LOCAL_S3_ENDPOINT or AWS_ENDPOINT_URL_S3.');
    const id = newId();
    const job = new BatchJob(id, `arn:aws:bedrock:${region}:000000000000:model-invocation-job/${id}`, request, this.settings.hourMs);
    this.jobs.push(job);
    void this.runner.run(job, this.stopping.signal);
    return job;
  }

  get(identifier: string): BatchJob {
    const job = this.jobs.find(({ id, arn }) => id === identifier || arn === identifier);
    if (!job) throw new BedrockError('ResourceNotFoundException', `The provided job identifier ${identifier.slice(0, 120)} was not found.`);
    return job;
  }

  stop(identifier: string): void {
    const job = this.get(identifier);
    if (job.hasEnded || job.status === 'Stopping') throw new BedrockError('ConflictException', `The job cannot be stopped because its status is ${job.status}.`);
    job.moveTo('Stopping');
  }

  list(query: URLSearchParams): { invocationJobSummaries: Record<string, unknown>[]; nextToken?: string } {
    const size = pageSize(query.get('maxResults'));
    const start = offset(query.get('nextToken'));
    const found = this.matching(query);
    const invocationJobSummaries = found.slice(start, start + size).map((job) => job.shown());
    if (start + size >= found.length) return { invocationJobSummaries };
    return { invocationJobSummaries, nextToken: Buffer.from(String(start + size)).toString('base64url') };
  }

  all(): readonly BatchJob[] {
    return this.jobs;
  }

  /** Forgets every job; those that run end where they are. */
  clear(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
    this.jobs.length = 0;
  }

  private matching(query: URLSearchParams): BatchJob[] {
    const status = query.get('statusEquals');
    if (status !== null && !JOB_STATUSES.some((known) => known === status)) {
      throw validation(`1 validation error detected: Value '${status}' at 'statusEquals' failed to satisfy constraint: Member must satisfy enum value set: [${JOB_STATUSES.join(', ')}]`);
    }
    const name = query.get('nameContains') ?? '';
    const after = time(query.get('submitTimeAfter')) ?? -Infinity;
    const before = time(query.get('submitTimeBefore')) ?? Infinity;
    const found = this.jobs.filter(
      (job) => (status === null || job.status === status) && job.request.jobName.includes(name) && job.submittedAt.getTime() >= after && job.submittedAt.getTime() <= before,
    );
    return query.get('sortOrder') === 'Ascending' ? found : found.reverse();
  }
}

function pageSize(value: string | null): number {
  if (value === null) return DEFAULT_PAGE;
  const size = Number(value);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) throw validation(`1 validation error detected: Value '${value}' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and ${LARGEST_PAGE}`);
  return size;
}

function offset(token: string | null): number {
  if (token === null) return 0;
  const start = Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw validation('The provided nextToken is invalid.');
  return start;
}

function time(value: string | null): number | undefined {
  if (value === null) return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw validation(`'${value.slice(0, 40)}' is not a date and time.`);
  return at;
}

/** Twelve lower-case letters and digits, as AWS names jobs. */
function newId(): string {
  return Array.from(randomBytes(12), (byte) => (byte % 36).toString(36)).join('');
}
