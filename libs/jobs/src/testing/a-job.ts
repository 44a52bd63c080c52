import { randomUUID } from 'node:crypto';
import type { BatchOrder } from '../batch-store.ts';
import type { EndedJob, Job, JobOrder, JobOutcomeRecord } from '../job.ts';

const CREATED_AT_MS = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;

/** What was asked for; name what matters to the test. Each has an id of its own. */
export function anOrder(fields: Partial<JobOrder> = {}): JobOrder {
  const { createdAtMs = CREATED_AT_MS } = fields;
  return {
    jobId: randomUUID(),
    owner: { tenantId: 'store', subject: 'merchandiser-1' },
    type: 'genre_classification',
    input: { manga_id: 'MNG-OP000001' },
    priority: 'normal',
    createdAtMs,
    expiresAtMs: createdAtMs + DAY_MS,
    requestId: 'req_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    traceParent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ...fields,
  };
}

/** A job as it stands; queued unless said otherwise. */
export function aJob(fields: Partial<Job> = {}): Job {
  return {
    ...anOrder(fields),
    status: 'queued',
    attempt: 0,
    failures: 0,
    isCancelRequested: false,
    progress: { done: 0, total: 1 },
    spent: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    pendingSteps: [],
    ...fields,
  };
}

/** A job that ended well at its first attempt, with its outbox still full. */
export function anEndedJob(fields: Partial<EndedJob> = {}): EndedJob {
  return {
    ...aJob({ attempt: 1, progress: { done: 1, total: 1 }, outcome: anOutcome(), pendingSteps: ['ledger', 'notify', 'webhook'] }),
    status: 'completed',
    endedAtMs: (fields.createdAtMs ?? CREATED_AT_MS) + 7_000,
    ...fields,
  };
}

export function anOutcome(fields: Partial<JobOutcomeRecord> = {}): JobOutcomeRecord {
  return {
    resultKey: 'results/store/3f1b8a52-6c0e-4d7a-9b43-2f0c8e7d1a64/1.json',
    resultBytes: 27,
    inlineResult: { genres: ['adventure'] },
    model: 'haiku',
    isDegraded: false,
    promptVersion: 'genre-classification.v1.0123456789ab',
    usage: { inputTokens: 612, outputTokens: 48 },
    costUsd: 0.25,
    ...fields,
  };
}

/** A batch of `count` analyses. */
export function aBatch(count: number, fields: Partial<BatchOrder> = {}): BatchOrder {
  const { jobId, type: _type, input: _input, ...order } = anOrder(fields as Partial<JobOrder>);
  const items = Array.from({ length: count }, (_, index) => ({ manga_id: `MNG-${String(index).padStart(8, '0')}`, analysis_type: 'content_summary' as const }));
  return { batchId: jobId, ...order, items, ...fields };
}
