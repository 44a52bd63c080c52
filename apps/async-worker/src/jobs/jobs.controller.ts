import { isUuid } from '@manga-assist/foundation';
import { deadLetter, KeepErrors, retryIn, SqsDelivery, type Settlement } from '@manga-assist/queues';
import { parse } from '@manga-assist/schemas';
import { JOB_PATTERN, JobMessage } from '@manga-assist/schemas/jobs';
import { Controller, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { HeavyPlaces } from './heavy-places.ts';
import { RunJob } from './run-job.ts';

/** As long as a section of a heavy analysis takes. */
const HEAVY_WAIT_MS = 10_000;

/** A failure here settles its message by its kind: the transport knows what each means. */
@Controller()
@UseFilters(new KeepErrors())
export class JobsController {
  constructor(
    private readonly runJob: RunJob,
    private readonly heavy: HeavyPlaces,
  ) {}

  /**
   * What a message asks for is written in the job's row; one that does not name a job goes where people
   * look. A body of another version is wrong too: a claim check that changes gets a new pattern.
   */
  @EventPattern<string>(JOB_PATTERN)
  async run(@Payload() body: unknown, @Ctx() delivery: SqsDelivery): Promise<Settlement> {
    const message = parse(JobMessage, body, { unknownFields: 'drop' });
    if (message.ok) {
      const settled = await this.heavy.run(delivery.attributes['JobType'], () => this.runJob.run(message.value.job_id, delivery.signal, delivery.messageId));
      return settled ?? retryIn(HEAVY_WAIT_MS);
    }

    const wrong = message.problems.map(({ path, message: problem }) => `${path} ${problem}`).join('; ');
    const reason = { code: 'jobs.malformed-message', message: `The message is no claim check of a job: ${wrong}.` };
    const jobId = (body as { job_id?: unknown } | null)?.job_id;
    return typeof jobId === 'string' && isUuid(jobId) ? this.runJob.refuse(jobId, reason, delivery.messageId) : deadLetter(reason.code, reason.message);
  }
}
