import { IsIn } from 'class-validator';
import { LowerCaseUuid } from '../rules.ts';

/** The pattern that job messages carry in their attribute `Pattern`, and the worker's handler listens to. */
export const JOB_PATTERN = 'job.run';

/** A claim check: what a queue carries. The job itself lies in DynamoDB, written before the message was sent. */
export class JobMessage {
  @IsIn([1])
  v: 1;

  @LowerCaseUuid()
  job_id: string;
}
