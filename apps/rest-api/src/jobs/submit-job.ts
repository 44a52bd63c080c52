import { AppError, Clock, Ids, type JsonObject, type Problem } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { idempotentId, JobStore } from '@manga-assist/jobs';
import type { JobAcceptedResponse, JobRequest } from '@manga-assist/schemas/rest';
import { Injectable } from '@nestjs/common';
import { CallbackEndpoint } from './callback-endpoint.ts';
import { readJobInput } from './job-input.ts';
import { SendClaimChecks } from './send-claim-checks.ts';

export const SUBMIT_JOB = 'POST /v1/manga/requests';

export interface SubmitCall {
  caller: Principal;
  requestId: string;
  /** Of a request with an Idempotency-Key: what it makes is named by it. */
  name: string | undefined;
  signal: AbortSignal;
}

/** POST /v1/manga/requests: row first, message second. Accepted is what is written, sent or not. */
@Injectable()
export class SubmitJob {
  constructor(
    private readonly jobs: JobStore,
    private readonly callbacks: CallbackEndpoint,
    private readonly send: SendClaimChecks,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Errors: `invalid` `request.invalid` with every problem; `unavailable` `jobs.unavailable`. */
  async run(request: JobRequest, { caller, requestId, name, signal }: SubmitCall): Promise<JobAcceptedResponse> {
    const problems: Problem[] = [];
    const input = readJobInput(request, problems);
    this.callbacks.check(request.callback_url, problems);
    if (input === undefined || problems.length > 0) throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems });

    const webhookEndpointId = await this.callbacks.of(caller, request.callback_url, signal);
    const owner = { tenantId: caller.tenantId, subject: caller.subject };
    const nowMs = this.clock.nowMs();
    const order = {
      jobId: name === undefined ? this.ids.uuid() : idempotentId(owner, SUBMIT_JOB, name),
      owner,
      type: request.type,
      input,
      priority: request.priority,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + request.expires_in_seconds * 1_000,
      requestId,
      ...(request.model !== undefined && { model: request.model }),
      ...(request.max_tokens !== undefined && { maxTokens: request.max_tokens }),
      ...(request.metadata !== undefined && { metadata: request.metadata as JsonObject }),
      ...(webhookEndpointId !== undefined && { webhookEndpointId }),
    };
    await this.jobs.create(order, signal);
    await this.send.of([order], signal);
    return { message: 'Request submitted', request_id: order.jobId, status: 'queued', status_url: `/v1/manga/status/${order.jobId}` };
  }
}
