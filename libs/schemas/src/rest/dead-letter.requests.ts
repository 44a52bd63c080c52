import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';
import { Optional } from '../rules.ts';

const ID = /^[A-Za-z0-9-]{1,64}$/;
const CODE = /^[a-z0-9-]+(?:\.[a-z0-9-]+){1,3}$/;
const QUEUE = /^[A-Za-z0-9_-]{1,75}(?:\.fifo)?$/;

/** POST /v1/admin/dead-letters/redrive. At least one of `ids`, `code` and `source_queue` says which. */
export class RedriveRequest {
  /** Of messages or of jobs. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @Matches(ID, { each: true, message: 'must be ids of messages or jobs' })
  ids?: string[];

  @Optional()
  @Matches(CODE, { message: 'must be an error code such as bedrock.unfit-answer' })
  code?: string;

  @Optional()
  @Matches(QUEUE, { message: 'must be the name of a queue' })
  source_queue?: string;

  @IsInt()
  @Min(1)
  @Max(1_000)
  limit: number = 100;

  @IsInt()
  @Min(1)
  @Max(100)
  per_second: number = 10;

  @IsBoolean()
  dry_run: boolean = false;
}
