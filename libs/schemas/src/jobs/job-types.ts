/** The customer's five analyses of one series. */
export const ANALYSIS_TYPES = ['genre_classification', 'content_summary', 'similar_series', 'reading_level', 'full_enrichment'] as const;
export type AnalysisType = (typeof ANALYSIS_TYPES)[number];

/** Everything that can be asked for and need not be waited for. */
export const JOB_TYPES = [
  'prompt',
  ...ANALYSIS_TYPES,
  'content_moderation',
  'summarise_conversation',
  'translate',
  'heavy_analysis',
  'pipeline',
  'cover_analysis',
] as const;
export type JobType = (typeof JOB_TYPES)[number];

export const JOB_PRIORITIES = ['high', 'normal', 'low'] as const;
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/** `queued → processing → completed | failed | cancelled | expired`; a failed attempt that is tried again is `queued`. */
export const JOB_STATUSES = ['queued', 'processing', 'completed', 'failed', 'cancelled', 'expired'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const TERMINAL_JOB_STATUSES = ['completed', 'failed', 'cancelled', 'expired'] as const satisfies readonly JobStatus[];
export type TerminalJobStatus = (typeof TERMINAL_JOB_STATUSES)[number];

export function isTerminal(status: JobStatus): status is TerminalJobStatus {
  return TERMINAL_JOB_STATUSES.some((terminal) => terminal === status);
}
