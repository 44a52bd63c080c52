import { AppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { JobStore } from '@manga-assist/jobs';
import type { JobStatusResponse } from '@manga-assist/schemas/rest';
import { Caller, ParsedQuery, RequestSignal, RequireScope } from '@manga-assist/service-kit';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { jobStatusOf } from '../jobs/job-status.ts';
import { noSuchJob } from '../jobs/read-job.ts';
import { UuidPipe } from '../jobs/uuid.pipe.ts';
import { enrichmentsOf, type EnrichmentResponse } from './enrichment-response.ts';
import { EnrichmentsQuery } from './enrichments-query.ts';

interface EnrichmentsResponse {
  enrichments: EnrichmentResponse[];
  next?: string;
}

/** How a change stands that a person or the rules have let in; and one that they have not. */
const APPROVED: ReadonlySet<string> = new Set(['approved', 'applied', 'outdated']);
const REJECTED: ReadonlySet<string> = new Set(['rejected']);

const RequestIdParam = (): ParameterDecorator => Param('request_id', new UuidPipe('request_id'));

/** Changes of the catalogue that enrichments propose: a person decides on what rules do not allow, and takes back what was applied. */
@Controller('v1/admin/enrichments')
export class EnrichmentsController {
  constructor(private readonly jobs: JobStore) {}

  /** Those of the caller's tenant: what awaits approval oldest first, everything else newest first. */
  @Get()
  @RequireScope('admin:read')
  async list(@ParsedQuery(EnrichmentsQuery) query: EnrichmentsQuery, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<EnrichmentsResponse> {
    const { state, limit, after } = query;
    const { jobs, next } = await this.jobs.effects(caller.tenantId, { state, limit, ...(after !== undefined && { after }) }, signal);
    return { enrichments: jobs.flatMap(enrichmentsOf), ...(next !== undefined && { next }) };
  }

  @Post(':request_id/approve')
  @HttpCode(200)
  @RequireScope('admin:write')
  approve(@RequestIdParam() jobId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<JobStatusResponse> {
    return this.#decide(jobId, caller, true, signal);
  }

  @Post(':request_id/reject')
  @HttpCode(200)
  @RequireScope('admin:write')
  reject(@RequestIdParam() jobId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<JobStatusResponse> {
    return this.#decide(jobId, caller, false, signal);
  }

  /** A worker does it in a moment: the state is `undo-requested` until then. Asked again it is the same answer. */
  @Post(':request_id/undo')
  @HttpCode(202)
  @RequireScope('admin:write')
  async undo(@RequestIdParam() jobId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<JobStatusResponse> {
    const job = await this.jobs.undo(caller.tenantId, jobId, { undoneBy: caller.subject }, signal);
    if (job === undefined) throw noSuchJob();
    switch (job.outcome?.catalogueEffect?.state) {
      case 'undo-requested':
      case 'undone':
        return jobStatusOf(job);
      case 'superseded':
        throw new AppError('conflict', 'jobs.enrichment-superseded', 'The series was changed again since, so that the enrichment cannot be undone.');
      default:
        throw new AppError('conflict', 'jobs.enrichment-not-applied', 'The enrichment has not been applied, so that there is nothing to undo.');
    }
  }

  async #decide(jobId: string, caller: Principal, isApproved: boolean, signal: AbortSignal): Promise<JobStatusResponse> {
    const job = await this.jobs.decide(caller.tenantId, jobId, { approve: isApproved, decidedBy: caller.subject }, signal);
    if (job === undefined) throw noSuchJob();
    const state = job.outcome?.catalogueEffect?.state ?? '';
    // Said twice it is the same word; but nobody takes another's back by the way.
    if (!(isApproved ? APPROVED : REJECTED).has(state)) throw new AppError('conflict', 'jobs.enrichment-decided', 'The enrichment has been decided on before, and otherwise.');
    return jobStatusOf(job);
  }
}
