import { AppError, Clock, Ids, type Problem } from '@manga-assist/foundation';
import { BatchStore, batchJobId, idempotentId } from '@manga-assist/jobs';
import type { BatchAcceptedResponse, BatchRequest } from '@manga-assist/schemas/rest';
import { Injectable } from '@nestjs/common';
import { CallbackEndpoint } from '../jobs/callback-endpoint.ts';
import { cleanInput } from '../jobs/clean-input.ts';
import type { SubmitCall } from '../jobs/submit-job.ts';
import { FanOut } from './fan-out.ts';

export const SUBMIT_BATCH = 'POST /v1/manga/batch';

/** A batch that nobody has begun after a day is of no use any more. */
const EXPIRES_AFTER_MS = 24 * 60 * 60 * 1_000;

/** POST /v1/manga/batch: accepted whole or refused whole. Accepted is what is written in the batch's row. */
@Injectable()
export class SubmitBatch {
  constructor(
    private readonly batches: BatchStore,
    private readonly callbacks: CallbackEndpoint,
    private readonly fanOut: FanOut,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Errors: `invalid` `request.invalid` with every problem; `unavailable` `jobs.unavailable`. */
  async run(request: BatchRequest, { caller, requestId, name, signal }: SubmitCall): Promise<BatchAcceptedResponse> {
    const problems: Problem[] = [];
    const items = cleanInput(request.items, 'items', problems);
    this.callbacks.check(request.callback_url, problems);
    if (problems.length > 0) throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems });

    const webhookEndpointId = await this.callbacks.of(caller, request.callback_url, signal);
    const owner = { tenantId: caller.tenantId, subject: caller.subject };
    const nowMs = this.clock.nowMs();
    const batch = {
      batchId: name === undefined ? this.ids.uuid() : idempotentId(owner, SUBMIT_BATCH, name),
      owner,
      items,
      priority: request.priority,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + EXPIRES_AFTER_MS,
      requestId,
      ...(webhookEndpointId !== undefined && { webhookEndpointId }),
    };
    await this.batches.create(batch, signal);
    await this.fanOut.run(batch, signal);
    return {
      message: 'Batch submitted',
      item_count: items.length,
      request_ids: items.map((_, index) => batchJobId(batch.batchId, index)),
      batch_id: batch.batchId,
      batch_url: `/v1/manga/batches/${batch.batchId}`,
    };
  }
}
