// @Type reads what the compiler wrote down, through this.
import 'reflect-metadata';
import { EFFECT_STATES, type ListedEffectState } from '@manga-assist/jobs';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

const LISTED: readonly string[] = EFFECT_STATES.filter((state) => state !== 'approved');

/** What may stand behind the question mark of GET /v1/admin/enrichments. */
export class EnrichmentsQuery {
  @IsIn(LISTED)
  state: ListedEffectState = 'awaiting-approval';

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 100;

  @IsOptional()
  @Matches(/^[\w-]{1,512}$/, { message: 'must be the `next` of an earlier page' })
  after?: string;
}
