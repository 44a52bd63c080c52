import type { JobRequest } from './job-request.ts';

export const JOB_STATUSES = ['Submitted', 'Validating', 'Scheduled', 'InProgress', 'Completed', 'PartiallyCompleted', 'Failed', 'Stopping', 'Stopped', 'Expired'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

const ENDED: readonly JobStatus[] = ['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired'];

export interface RecordCounts {
  total: number;
  processed: number;
  success: number;
  error: number;
}

/** One batch job: what was asked for, where it stands, and every status it has had. */
export class BatchJob {
  readonly id: string;
  readonly arn: string;
  readonly request: JobRequest;
  readonly submittedAt = new Date();
  readonly expiresAt: Date;
  readonly counts: RecordCounts = { total: 0, processed: 0, success: 0, error: 0 };
  readonly history: { status: JobStatus; at: string }[] = [];
  message: string | undefined;
  private changedAt = this.submittedAt;
  private endedAt: Date | undefined;
  private current: JobStatus = 'Submitted';

  constructor(id: string, arn: string, request: JobRequest, hourMs: number) {
    this.id = id;
    this.arn = arn;
    this.request = request;
    this.expiresAt = new Date(this.submittedAt.getTime() + request.timeoutHours * hourMs);
    this.moveTo('Submitted');
  }

  get status(): JobStatus {
    return this.current;
  }

  get hasEnded(): boolean {
    return ENDED.includes(this.current);
  }

  get hasExpired(): boolean {
    return Date.now() >= this.expiresAt.getTime();
  }

  moveTo(status: JobStatus, message?: string): void {
    this.current = status;
    this.changedAt = new Date();
    if (message !== undefined) this.message = message;
    if (this.hasEnded) this.endedAt = this.changedAt;
    this.history.push({ status, at: this.changedAt.toISOString() });
  }

  /** As GetModelInvocationJob and ListModelInvocationJobs show it. */
  shown(): Record<string, unknown> {
    const { request, counts } = this;
    return {
      jobArn: this.arn,
      jobName: request.jobName,
      modelId: request.modelId,
      clientRequestToken: request.clientRequestToken,
      roleArn: request.roleArn,
      status: this.current,
      message: this.message,
      submitTime: this.submittedAt.toISOString(),
      lastModifiedTime: this.changedAt.toISOString(),
      endTime: this.endedAt?.toISOString(),
      inputDataConfig: request.inputDataConfig,
      outputDataConfig: request.outputDataConfig,
      timeoutDurationInHours: request.timeoutHours,
      jobExpirationTime: this.expiresAt.toISOString(),
      modelInvocationType: request.invocationType,
      totalRecordCount: counts.total,
      processedRecordCount: counts.processed,
      successRecordCount: counts.success,
      errorRecordCount: counts.error,
    };
  }
}
