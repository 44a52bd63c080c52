import { Clock, Ids } from '@manga-assist/foundation';
import { BatchStore, batchJobId, idempotentId, type BatchOrder } from '@manga-assist/jobs';
import { BatchRequest, type BatchAcceptedResponse } from '@manga-assist/schemas/rest';
import { endpointIdOf } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';
import type { Accepted } from '../idempotency/accepted.ts';
import { CallbackEndpoint } from '../jobs/callback-endpoint.ts';
import { cleanInput } from '../jobs/clean-input.ts';
import { readRequest, textIn } from '../jobs/read-request.ts';
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

  /** Throws `invalid` `request.invalid` with every problem there is. */
  read(body: unknown): BatchRequest {
    let items: unknown;
    const request = readRequest(BatchRequest, body, (fields, problems) => {
      items = cleanInput(fields['items'], 'items', problems);
      this.callbacks.check(textIn(fields['callback_url']), problems);
    });
    return Object.assign(request, { items });
  }

  /** Errors: `unavailable` `jobs.unavailable`; those of a callback's endpoint. */
  async run(request: BatchRequest, { caller, requestId, traceParent, name, signal }: SubmitCall): Promise<Accepted<BatchAcceptedResponse>> {
    const webhookEndpointId = await this.callbacks.of(caller, request.callback_url, signal);
    const owner = { tenantId: caller.tenantId, subject: caller.subject };
    const nowMs = this.clock.nowMs();
    const batch = {
      batchId: name === undefined ? this.ids.uuid() : idempotentId(owner, SUBMIT_BATCH, name),
      owner,
      items: request.items,
      priority: request.priority,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + EXPIRES_AFTER_MS,
      requestId,
      traceParent,
      ...(webhookEndpointId !== undefined && { webhookEndpointId }),
    };
    const isNew = await this.batches.create(batch, signal);
    if (isNew || !(await this.#isFannedOut(batch, signal))) await this.fanOut.run(batch, signal);
    return { answer: accepted(batch), isRepeated: !isNew };
  }

  /** Of a batch that came before: what died on the way is finished now, what was done is not done again. */
  async #isFannedOut({ owner, batchId }: BatchOrder, signal: AbortSignal): Promise<boolean> {
    return (await this.batches.get(owner, batchId, signal))?.isFannedOut ?? false;
  }
}

function accepted({ batchId, items, webhookEndpointId }: BatchOrder): BatchAcceptedResponse {
  return {
    message: 'Batch submitted',
    item_count: items.length,
    request_ids: items.map((_, index) => batchJobId(batchId, index)),
    batch_id: batchId,
    batch_url: `/v1/manga/batches/${batchId}`,
    ...(webhookEndpointId !== undefined && { webhook_endpoint_id: endpointIdOf(webhookEndpointId) }),
  };
}
