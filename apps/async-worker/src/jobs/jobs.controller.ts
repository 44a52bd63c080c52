import { deadLetter, KeepErrors, SqsDelivery, type Settlement } from '@manga-assist/queues';
import { parse } from '@manga-assist/schemas';
import { JOB_PATTERN, JobMessage } from '@manga-assist/schemas/jobs';
import { Controller, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { RunJob } from './run-job.ts';

/** A failure here settles its message by its kind: the transport knows what each means. */
@Controller()
@UseFilters(new KeepErrors())
export class JobsController {
  constructor(private readonly runJob: RunJob) {}

  /** What a message asks for is written in the job's row; one that does not name a job goes where people look. */
  @EventPattern<string>(JOB_PATTERN)
  async run(@Payload() body: unknown, @Ctx() delivery: SqsDelivery): Promise<Settlement> {
    const message = parse(JobMessage, body, { unknownFields: 'drop' });
    if (!message.ok) {
      const wrong = message.problems.map(({ path, message: problem }) => `${path} ${problem}`).join('; ');
      return deadLetter('jobs.malformed-message', `The message is no claim check of a job: ${wrong}.`);
    }
    return this.runJob.run(message.value.job_id, delivery.signal);
  }
}
