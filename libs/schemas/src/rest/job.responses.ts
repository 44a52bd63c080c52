import type { JobPriority, JobStatus, JobType } from '../jobs/job-types.ts';

/** 202 of POST /v1/manga/requests. */
export interface JobAcceptedResponse {
  message: string;
  request_id: string;
  status: JobStatus;
  status_url: string;
  /** Of the `callback_url`: its secret is shown by rotating it. */
  webhook_endpoint_id?: string;
}

/** 202 of POST /v1/manga/batch: the customer's three fields; `request_ids` are the jobs', in the order of the items. */
export interface BatchAcceptedResponse {
  message: string;
  item_count: number;
  request_ids: string[];
  batch_id: string;
  batch_url: string;
  /** Of the `callback_url`. */
  webhook_endpoint_id?: string;
}

/** GET /v1/manga/status/{request_id}: the customer's fields, then ours. */
export interface JobStatusResponse {
  request_id: string;
  status: JobStatus;
  /** Unix seconds. */
  created_at: number;
  completed_at?: number;
  /** Up to 64 KiB inline, else `result_url`. */
  result?: unknown;
  /** A link that works for a few minutes without a key. */
  result_url?: string;
  type: JobType;
  priority: JobPriority;
  batch_id?: string;
  progress: { done: number; total: number };
  /** Of work: how often it was begun, and how often that failed. */
  attempts: number;
  failures: number;
  /** The alias that answered. */
  model?: string;
  usage?: { input_tokens: number; output_tokens: number };
  estimated_cost_usd?: number;
  degraded?: boolean;
  /** Why it failed. */
  reason?: { code: string; message: string };
  expires_at: number;
  metadata?: Record<string, unknown>;
  /** What became of an enrichment in the catalogue. */
  catalogue_effect?: {
    state: 'awaiting-approval' | 'approved' | 'rejected' | 'applied' | 'outdated' | 'undo-requested' | 'undone' | 'superseded';
    decided_by?: string;
    undone_by?: string;
  };
}

/** GET /v1/manga/batches/{batch_id}. */
export interface BatchStatusResponse {
  batch_id: string;
  status: 'processing' | 'completed' | 'cancelled';
  item_count: number;
  counts: Record<JobStatus, number>;
  created_at: number;
  completed_at?: number;
  estimated_cost_usd: number;
  usage: { input_tokens: number; output_tokens: number };
  /** In the order of the request. */
  items: { request_id: string; manga_id: string; analysis_type: string; status: JobStatus; reason?: { code: string; message: string } }[];
}
