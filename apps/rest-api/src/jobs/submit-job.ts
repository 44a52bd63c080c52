import { Clock, Ids, type JsonObject } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { idempotentId, JobStore, type JobOrder } from '@manga-assist/jobs';
import type { JobInput } from '@manga-assist/schemas/jobs';
import { JobRequest, type JobAcceptedResponse } from '@manga-assist/schemas/rest';
import { endpointIdOf } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';
import { CallbackEndpoint } from './callback-endpoint.ts';
import type { Accepted } from '../idempotency/accepted.ts';
import { readJobInput } from './job-input.ts';
import { readRequest, textIn } from './read-request.ts';
import { SendClaimChecks } from './send-claim-checks.ts';

export const SUBMIT_JOB = 'POST /v1/manga/requests';

export interface SubmitCall {
  caller: Principal;
  requestId: string;
  traceParent: string;
  /** Of a request with an Idempotency-Key: what it makes is named by it. */
  name: string | undefined;
  signal: AbortSignal;
}

/** A request that nothing is wrong with, and what it asks for by its type. */
export interface WantedJob {
  request: JobRequest;
  input: JobInput;
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

  /** Throws `invalid` `request.invalid` with every problem there is. */
  read(body: unknown): WantedJob {
    let input: JobInput | undefined;
    const request = readRequest(JobRequest, body, (fields, problems) => {
      input = readJobInput(fields, problems);
      this.callbacks.check(textIn(fields['callback_url']), problems);
    });
    return { request, input: input as JobInput };
  }

  /** Errors: `unavailable` `jobs.unavailable`; those of a callback's endpoint. */
  async run({ request, input }: WantedJob, { caller, requestId, traceParent, name, signal }: SubmitCall): Promise<Accepted<JobAcceptedResponse>> {
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
      traceParent,
      ...(request.model !== undefined && { model: request.model }),
      ...(request.max_tokens !== undefined && { maxTokens: request.max_tokens }),
      ...(request.metadata !== undefined && { metadata: request.metadata as JsonObject }),
      ...(webhookEndpointId !== undefined && { webhookEndpointId }),
    };
    const isNew = await this.jobs.create(order, signal);
    if (!isNew) return this.#again(order, signal);
    await this.send.of([order], signal);
    return { answer: accepted(order, 'queued'), isRepeated: false };
  }

  /** The same request came before, and its answer is forgotten or was never given: this is how its job stands. */
  async #again(order: JobOrder, signal: AbortSignal): Promise<Accepted<JobAcceptedResponse>> {
    const job = await this.jobs.get(order.owner, order.jobId, signal);
    if (job?.status === 'queued' && job.sentAtMs === undefined) await this.send.of([job], signal);
    return { answer: accepted(order, job?.status ?? 'queued'), isRepeated: true };
  }
}

function accepted({ jobId, webhookEndpointId }: JobOrder, status: JobAcceptedResponse['status']): JobAcceptedResponse {
  const told = webhookEndpointId === undefined ? {} : { webhook_endpoint_id: endpointIdOf(webhookEndpointId) };
  return { message: 'Request submitted', request_id: jobId, status, status_url: `/v1/manga/status/${jobId}`, ...told };
}
