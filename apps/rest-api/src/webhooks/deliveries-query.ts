// @Type reads what the compiler wrote down, through this.
import 'reflect-metadata';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { Optional } from '@manga-assist/schemas';

/** What may stand behind the question mark of GET /v1/webhooks/deliveries. */
export class DeliveriesQuery {
  @Optional()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'must be the id of an endpoint' })
  endpoint_id?: string;

  @Optional()
  @IsIn(['pending', 'delivered', 'failed', 'dropped'])
  status?: 'pending' | 'delivered' | 'failed' | 'dropped';

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  @Optional()
  @Matches(/^[\w-]{1,512}$/, { message: 'must be the `next` of an earlier page' })
  before?: string;
}
