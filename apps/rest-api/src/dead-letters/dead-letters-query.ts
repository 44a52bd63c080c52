// @Type reads what the compiler wrote down, through this.
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { Optional } from '@manga-assist/schemas';

/** What may stand behind the question mark of GET /v1/admin/dead-letters. */
export class DeadLettersQuery {
  @Optional()
  @Matches(/^[a-z0-9-]+(?:\.[a-z0-9-]+){1,3}$/, { message: 'must be an error code such as bedrock.unfit-answer' })
  code?: string;

  @Optional()
  @Matches(/^[A-Za-z0-9_-]{1,75}(?:\.fifo)?$/, { message: 'must be the name of a queue' })
  source_queue?: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit: number = 100;
}
