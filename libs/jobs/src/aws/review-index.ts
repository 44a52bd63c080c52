import { AppError, isUuid } from '@manga-assist/foundation';
import type { ListedEffectState } from '../job.ts';
import type { Row } from './table-rows.ts';

/** The partition of the index `review`. What awaits approval lies under the tenant alone, as it always has. */
export function reviewKey(state: ListedEffectState, tenantId: string): string {
  return state === 'awaiting-approval' ? tenantId : `${state}#${tenantId}`;
}

/** Only date and job: whose page it is never comes from outside. */
export function nextOf(row: Row | undefined): string | undefined {
  return row && `${String(row['review_at_ms'])}_${String(row['request_id'])}`;
}

/** Throws `invalid` `request.invalid` for what is no `next` of an earlier page. */
export function afterKey(review: string, after: string): Row {
  const [atMs = '', jobId = ''] = after.split('_');
  if (!/^\d{1,15}$/.test(atMs) || !isUuid(jobId)) {
    throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems: [{ path: 'after', message: 'must be the `next` of an earlier page' }] });
  }
  return { review_tenant: review, review_at_ms: Number(atMs), request_id: jobId };
}
