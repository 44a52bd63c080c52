import type { Principal } from '@manga-assist/identity';
import { JobStore, type Job } from '@manga-assist/jobs';
import type { JobStatusResponse } from '@manga-assist/schemas/rest';
import { Caller, RequestSignal, RequireScope } from '@manga-assist/service-kit';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { jobStatusOf, seconds } from '../jobs/job-status.ts';
import { noSuchJob } from '../jobs/read-job.ts';
import { UuidPipe } from '../jobs/uuid.pipe.ts';

const MOST_SHOWN = 100;

interface EnrichmentResponse {
  request_id: string;
  manga_id: string;
  changes: object;
  /** What the catalogue said when the model was asked. */
  expected: object;
  confidence: number;
  model?: string;
  prompt_version?: string;
  proposed_at: number;
}

const RequestIdParam = (): ParameterDecorator => Param('request_id', new UuidPipe('request_id'));

/** Changes of the catalogue that enrichments propose and rules do not allow by themselves: a person decides. */
@Controller('v1/admin/enrichments')
export class EnrichmentsController {
  constructor(private readonly jobs: JobStore) {}

  /** Those of the caller's tenant, oldest first. */
  @Get()
  @RequireScope('admin:read')
  async list(@Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<{ enrichments: EnrichmentResponse[] }> {
    const jobs = await this.jobs.awaitingApproval(caller.tenantId, MOST_SHOWN, signal);
    return { enrichments: jobs.flatMap(enrichmentOf) };
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

  async #decide(jobId: string, caller: Principal, isApproved: boolean, signal: AbortSignal): Promise<JobStatusResponse> {
    const job = await this.jobs.decide(caller.tenantId, jobId, { approve: isApproved, decidedBy: caller.subject }, signal);
    if (job === undefined) throw noSuchJob();
    return jobStatusOf(job);
  }
}

function enrichmentOf({ jobId, outcome, endedAtMs, createdAtMs }: Job): EnrichmentResponse[] {
  const effect = outcome?.catalogueEffect;
  if (effect === undefined) return [];
  return [
    {
      request_id: jobId,
      manga_id: effect.mangaId,
      changes: effect.changes,
      expected: effect.expected,
      confidence: effect.confidence,
      ...(outcome?.model !== undefined && { model: outcome.model }),
      ...(outcome?.promptVersion !== undefined && { prompt_version: outcome.promptVersion }),
      proposed_at: seconds(endedAtMs ?? createdAtMs),
    },
  ];
}
