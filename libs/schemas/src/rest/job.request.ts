import { IsIn, IsInt, IsObject, Max, Min } from 'class-validator';
import { JOB_PRIORITIES, JOB_TYPES, type JobPriority, type JobType } from '../jobs/job-types.ts';
import { MODEL_CHOICES, type ModelChoice } from '../models.ts';
import { CodePoints, Optional } from '../rules.ts';

/**
 * POST /v1/manga/requests: the customer's `submit`, and any other type of job. `prompt` is the short
 * form of `{type: 'prompt', input: {prompt}}`; every other type has its `input` (see `JOB_INPUTS`),
 * which the service checks by the type.
 */
export class JobRequest {
  @IsIn(JOB_TYPES)
  type: JobType = 'prompt';

  @Optional()
  @CodePoints(1, 20_000)
  prompt?: string;

  @Optional()
  @IsObject()
  input?: Record<string, unknown>;

  /** Left out, each type of job has its own; `auto` lets the router choose. */
  @Optional()
  @IsIn(MODEL_CHOICES)
  model?: ModelChoice;

  /** Left out, each type of job has its own. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(8_192)
  max_tokens?: number;

  @IsIn(JOB_PRIORITIES)
  priority: JobPriority = 'normal';

  @Optional()
  @CodePoints(1, 2_048)
  callback_url?: string;

  /** The caller's own words, given back with the status and the notification; at most 4 KiB as JSON. */
  @Optional()
  @IsObject()
  metadata?: Record<string, unknown>;

  /** After this it is not begun any more: it expires. 60 s to 7 days. */
  @IsInt()
  @Min(60)
  @Max(604_800)
  expires_in_seconds: number = 86_400;
}
