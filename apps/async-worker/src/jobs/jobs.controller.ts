import { toAppError } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { deadLetter, retryIn, type Delivery, type Settlement } from '@manga-assist/queues';
import { parse } from '@manga-assist/schemas';
import { JOB_PATTERN, JobMessage } from '@manga-assist/schemas/jobs';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { AsyncWorkerConfig } from '../config.ts';
import { backoffMs } from './backoff.ts';
import { RunJob } from './run-job.ts';

@Controller()
export class JobsController {
  constructor(
    private readonly runJob: RunJob,
    private readonly config: AsyncWorkerConfig,
    private readonly logger: Logger,
  ) {}

  /** What a message asks for is written in the job's row; one that does not name a job goes where people look. */
  @EventPattern<string>(JOB_PATTERN)
  async run(@Payload() body: unknown, @Ctx() delivery: Delivery): Promise<Settlement> {
    const message = parse(JobMessage, body, { unknownFields: 'drop' });
    if (!message.ok) {
      const wrong = message.problems.map(({ path, message: problem }) => `${path} ${problem}`).join('; ');
      return deadLetter('jobs.malformed-message', `The message is no claim check of a job: ${wrong}.`);
    }
    try {
      return await this.runJob.run(message.value.job_id, delivery.signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      this.logger.warn({ error, jobId: message.value.job_id, queue: delivery.queueName }, 'a job could not be looked after, and comes back');
      // A fault of ours counts towards the queue's limit of receives; a store that is away does not.
      if (!error.isRetryable) throw error;
      return retryIn(error.retryAfterMs ?? backoffMs({ baseMs: this.config.retryBaseMs, capMs: this.config.retryCapMs }, delivery.receiveCount));
    }
  }
}
