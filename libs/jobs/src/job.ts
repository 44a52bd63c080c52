import type { JobInput, JobPriority, JobStatus, JobType, TerminalJobStatus } from '@manga-assist/schemas/jobs';
import type { ModelAlias, ModelChoice } from '@manga-assist/schemas';
import type { JsonObject } from '@manga-assist/foundation';

/** Whose job it is: always from a credential. */
export interface JobOwner {
  tenantId: string;
  subject: string;
}

/**
 * What has still to be done after a job's end; each step may be repeated without a second effect.
 * `catalogue` joins them when a change is approved, by rules or a person, and `undo` when somebody takes
 * it back: a step of its own, so that a late `catalogue` cannot cross it off.
 */
export const OUTBOX_STEPS = ['ledger', 'notify', 'webhook', 'batch', 'catalogue', 'undo'] as const;
export type OutboxStep = (typeof OUTBOX_STEPS)[number];

/** What was asked for: never changes once written. */
export interface JobOrder {
  /** A UUID; of a batch's job, derived from batch and index. */
  jobId: string;
  owner: JobOwner;
  type: JobType;
  input: JobInput;
  /** Left out: the type's own. */
  model?: ModelChoice;
  maxTokens?: number;
  priority: JobPriority;
  batch?: { batchId: string; index: number };
  /** Where to tell of the end: the webhook endpoint's id, an upper layer's business. */
  webhookEndpointId?: string;
  metadata?: JsonObject;
  createdAtMs: number;
  /** After this it is not begun any more. */
  expiresAtMs: number;
  /** Of the request that asked for it, for logs on both sides. */
  requestId: string;
  /** The trace of that request, as W3C's `traceparent`. Jobs from before 2026-12 have none. */
  traceParent?: string;
}

export interface JobUsage {
  inputTokens: number;
  outputTokens: number;
}

/** Why a job ended badly, as anyone may read it. */
export interface JobReason {
  /** Stable and dotted. */
  code: string;
  message: string;
}

/** Where the result lies and what it took: written together with the end, in one conditional write. */
export interface JobOutcomeRecord {
  /** Key in the bucket of results; none for jobs without a result. */
  resultKey?: string;
  resultBytes?: number;
  /** The result itself when it is small, so that status and notifications need no second read. */
  inlineResult?: JsonObject;
  /** The alias that answered; of several, the one that wrote. */
  model?: ModelAlias;
  isDegraded?: boolean;
  promptVersion?: string;
  usage: JobUsage;
  costUsd: number;
  /** All else that the job has spent, in all its attempts. Left out by workers before 2026-12: then it is `spent` of the job. */
  waste?: JobUsage & { costUsd: number };
  /** What the result would change in the catalogue; handled by the outbox step `catalogue`. */
  catalogueEffect?: CatalogueEffect;
}

/**
 * What has become of a change of the catalogue. `outdated`: the series said something else by the time it
 * was accepted. `superseded`: it was applied, and changed again since, so that it cannot be undone.
 */
export const EFFECT_STATES = ['awaiting-approval', 'approved', 'rejected', 'applied', 'outdated', 'undo-requested', 'undone', 'superseded'] as const;
export type EffectState = (typeof EFFECT_STATES)[number];
/** `approved` lasts until the step `catalogue` is done, and is in no list. */
export type ListedEffectState = Exclude<EffectState, 'approved'>;

/** A change of one series that an enrichment proposes. */
export interface CatalogueEffect {
  mangaId: string;
  changes: JsonObject;
  /** What the catalogue said when the job read it: the change is off when that is no longer so. */
  expected: JsonObject;
  /** 0 to 1, the model's own. */
  confidence: number;
  state: EffectState;
  /** `rules`, or the subject of the person who decided. */
  decidedBy?: string;
  /** The subject of whoever asked for it to be undone. */
  undoneBy?: string;
}

/** A job as it stands. */
export interface Job extends JobOrder {
  status: JobStatus;
  /** How often work was begun. Every write of a worker names the attempt it belongs to. */
  attempt: number;
  /** Counted failures; a crash is none. */
  failures: number;
  leaseUntilMs?: number;
  workerId?: string;
  sentAtMs?: number;
  /** The message that began the latest attempt, or ended the job: it alone becomes a dead letter. */
  messageId?: string;
  isCancelRequested: boolean;
  progress: { done: number; total: number };
  /** Key of the latest checkpoint, when the job keeps any. */
  checkpointKey?: string;
  /** Tokens and money of attempts that ended without a result, so that the end counts them too: also for what a later one took over from a checkpoint. */
  spent: JobUsage & { costUsd: number };
  endedAtMs?: number;
  outcome?: JobOutcomeRecord;
  reason?: JobReason;
  pendingSteps: readonly OutboxStep[];
}

/** A job that has ended. */
export type EndedJob = Job & { status: TerminalJobStatus; endedAtMs: number };
