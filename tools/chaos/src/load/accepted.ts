import type { JobOrder } from '@manga-assist/jobs';

/** What a door has said yes to: nothing of it may be lost. */
export type Accepted = Pick<JobOrder, 'jobId' | 'owner'>;
