import type { Principal } from '@manga-assist/identity';
import { JobStore } from '@manga-assist/jobs';
import type { JobAcceptedResponse, JobStatusResponse } from '@manga-assist/schemas/rest';
import { Caller, RequestId, RequestSignal, RequireScope, TraceParent } from '@manga-assist/service-kit';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { answerAccepted, type Reply } from '../idempotency/answer-accepted.ts';
import { IdempotentRequests } from '../idempotency/idempotent-requests.ts';
import { noSuchJob, ReadJob } from './read-job.ts';
import { SUBMIT_JOB, SubmitJob } from './submit-job.ts';
import { UuidPipe } from './uuid.pipe.ts';

const RequestIdParam = (): ParameterDecorator => Param('request_id', new UuidPipe('request_id'));

@Controller('v1/manga')
export class JobsController {
  constructor(
    private readonly submitJob: SubmitJob,
    private readonly readJob: ReadJob,
    private readonly jobs: JobStore,
    private readonly idempotent: IdempotentRequests,
  ) {}

  @Post('requests')
  @HttpCode(202)
  @RequireScope('job:write', { mostBodyBytes: 256 * 1024 })
  async submit(
    @Body() body: unknown,
    @Caller() caller: Principal,
    @RequestId() requestId: string,
    @TraceParent() traceParent: string,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
    @Headers('idempotency-key') keyHeader?: string,
  ): Promise<JobAcceptedResponse> {
    const wanted = this.submitJob.read(body);
    const accepted = await this.idempotent.run({ caller, operation: SUBMIT_JOB, keyHeader, body: wanted.request, signal }, (name) =>
      this.submitJob.run(wanted, { caller, requestId, traceParent, name, signal }),
    );
    return answerAccepted(reply, accepted, (answer) => answer.status_url);
  }

  @Get('status/:request_id')
  @RequireScope('job:read')
  status(@RequestIdParam() jobId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<JobStatusResponse> {
    return this.readJob.run(caller, jobId, signal);
  }

  /** Queued work ends at once; work under way is asked to stop, and says `cancelled` within seconds. */
  @Post('requests/:request_id/cancel')
  @HttpCode(200)
  @RequireScope('job:write')
  async cancel(@RequestIdParam() jobId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<JobStatusResponse> {
    if ((await this.jobs.cancel(caller, jobId, signal)) === undefined) throw noSuchJob();
    return this.readJob.run(caller, jobId, signal);
  }
}
