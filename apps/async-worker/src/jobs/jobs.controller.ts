import { Clock, isUuid } from '@manga-assist/foundation';
import { deadLetter, KeepErrors, retryIn, SqsDelivery, type Settlement } from '@manga-assist/queues';
import { parse } from '@manga-assist/schemas';
import { JOB_PATTERN, JobMessage } from '@manga-assist/schemas/jobs';
import { Controller, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { RunJob } from './run-job.ts';

const KNOWN_VERSION = 1;
/** Of a newer version: the deploy that brought it rolls on. With each receive longer, so that the receives of a FIFO queue last for the hour below. */
const NEWER_VERSION_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 300_000;
/** No deploy takes longer; after this nobody will ever know it. */
const NEWER_VERSION_PATIENCE_MS = 60 * 60_000;

/** A failure here settles its message by its kind: the transport knows what each means. */
@Controller()
@UseFilters(new KeepErrors())
export class JobsController {
  constructor(
    private readonly runJob: RunJob,
    private readonly clock: Clock,
  ) {}

  /** What a message asks for is written in the job's row; one that does not name a job goes where people look. */
  @EventPattern<string>(JOB_PATTERN)
  async run(@Payload() body: unknown, @Ctx() delivery: SqsDelivery): Promise<Settlement> {
    const message = parse(JobMessage, body, { unknownFields: 'drop' });
    if (message.ok) return this.runJob.run(message.value.job_id, delivery.signal, delivery.messageId);

    const { v: version, job_id: jobId } = (body ?? {}) as { v?: unknown; job_id?: unknown };
    const isNewer = Number.isInteger(version) && Number(version) > KNOWN_VERSION;
    if (isNewer && this.clock.nowMs() - delivery.sentAtMs < NEWER_VERSION_PATIENCE_MS) {
      return retryIn(Math.min(LONGEST_WAIT_MS, NEWER_VERSION_WAIT_MS * delivery.receiveCount));
    }
    const wrong = message.problems.map(({ path, message: problem }) => `${path} ${problem}`).join('; ');
    const reason = { code: 'jobs.malformed-message', message: `The message is no claim check of a job: ${wrong}.` };
    return typeof jobId === 'string' && isUuid(jobId) ? this.runJob.refuse(jobId, reason, delivery.messageId) : deadLetter(reason.code, reason.message);
  }
}
