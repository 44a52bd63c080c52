import type { Principal } from '@manga-assist/identity';
import type { BatchAcceptedResponse, BatchStatusResponse } from '@manga-assist/schemas/rest';
import { Caller, RequestId, RequestSignal, RequireScope, TraceParent } from '@manga-assist/service-kit';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { answerAccepted, type Reply } from '../idempotency/answer-accepted.ts';
import { IdempotentRequests } from '../idempotency/idempotent-requests.ts';
import { UuidPipe } from '../jobs/uuid.pipe.ts';
import { ReadBatch } from './read-batch.ts';
import { SUBMIT_BATCH, SubmitBatch } from './submit-batch.ts';

const BatchIdParam = (): ParameterDecorator => Param('batch_id', new UuidPipe('batch_id'));

@Controller('v1/manga')
export class BatchesController {
  constructor(
    private readonly submitBatch: SubmitBatch,
    private readonly batches: ReadBatch,
    private readonly idempotent: IdempotentRequests,
  ) {}

  @Post('batch')
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
  ): Promise<BatchAcceptedResponse> {
    const request = this.submitBatch.read(body);
    const accepted = await this.idempotent.run({ caller, operation: SUBMIT_BATCH, keyHeader, body: request, signal }, (name) =>
      this.submitBatch.run(request, { caller, requestId, traceParent, name, signal }),
    );
    return answerAccepted(reply, accepted, (answer) => answer.batch_url);
  }

  @Get('batches/:batch_id')
  @RequireScope('job:read')
  status(@BatchIdParam() batchId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<BatchStatusResponse> {
    return this.batches.run(caller, batchId, signal);
  }

  @Post('batches/:batch_id/cancel')
  @HttpCode(200)
  @RequireScope('job:write')
  cancel(@BatchIdParam() batchId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<BatchStatusResponse> {
    return this.batches.cancel(caller, batchId, signal);
  }
}
