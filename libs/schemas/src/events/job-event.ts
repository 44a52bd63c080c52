import type { JobPriority, JobStatus, JobType, TerminalJobStatus } from '../jobs/job-types.ts';

export const JOB_EVENT_TYPES = ['job.completed', 'job.failed', 'job.cancelled', 'job.expired', 'batch.completed'] as const;
export type JobEventType = (typeof JOB_EVENT_TYPES)[number];

/** What a finished job says of itself, to webhooks and to the topic `fm-results` alike. */
export interface JobOutcome {
  request_id: string;
  status: TerminalJobStatus;
  type: JobType;
  priority: JobPriority;
  batch_id?: string;
  manga_id?: string;
  /** Unix seconds. */
  created_at: number;
  completed_at: number;
  model?: string;
  usage?: { input_tokens: number; output_tokens: number };
  estimated_cost_usd?: number;
  /** Where the status and the result are read with the owner's key; a path of the REST API. */
  result_url: string;
  /** Only when it is small (at most 8 KiB as JSON): a webhook's body stays below 20 kB. */
  result?: unknown;
  /** Why it failed: a stable code and a sentence. */
  reason?: { code: string; message: string };
  /** As it was given with the request. */
  metadata?: Record<string, unknown>;
}

/** One notification for a whole batch, when its last job has ended. */
export interface BatchOutcome {
  batch_id: string;
  item_count: number;
  counts: Record<Extract<JobStatus, TerminalJobStatus>, number>;
  created_at: number;
  completed_at: number;
  estimated_cost_usd: number;
  result_url: string;
}

/**
 * The body of a webhook (Standard Webhooks: `type`, `timestamp`, `data`) and, with `id` and `owner`
 * around it, the message on `fm-results`. The id is derived from the job, so that it is the same
 * however often it is sent.
 */
export interface JobEvent {
  /** The webhook-id: `evt_` and 32 hexadecimal digits. */
  id: string;
  type: JobEventType;
  /** ISO 8601 of the job's end. */
  timestamp: string;
  data: JobOutcome | BatchOutcome;
}

/** On the topic: whose job it was, for the gateways that tell shoppers. Never part of a webhook's body. */
export interface JobNotification extends JobEvent {
  v: 1;
  owner: { tenant_id: string; subject: string };
}
