import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { JOB_EVENT_TYPES, type JobEventType } from '../events/job-event.ts';
import { CodePoints, IfGiven } from '../rules.ts';

/** POST /v1/webhooks/endpoints. */
export class WebhookEndpointRequest {
  /** Checked further by the service: https, a public host, port 443. */
  @CodePoints(1, 2_048)
  url: string;

  /** Left out or empty: all of them. */
  @IsArray()
  @ArrayMaxSize(JOB_EVENT_TYPES.length)
  @ArrayUnique()
  @IsIn(JOB_EVENT_TYPES, { each: true })
  event_types: JobEventType[] = [];
}

/** PATCH /v1/webhooks/endpoints/{endpoint_id}. What is left out stays. */
export class WebhookEndpointChange {
  @IfGiven()
  @CodePoints(1, 2_048)
  url?: string;

  @IfGiven()
  @IsArray()
  @ArrayMaxSize(JOB_EVENT_TYPES.length)
  @ArrayUnique()
  @IsIn(JOB_EVENT_TYPES, { each: true })
  event_types?: JobEventType[];

  @IfGiven()
  @IsIn(['enabled', 'disabled'])
  status?: 'enabled' | 'disabled';
}
