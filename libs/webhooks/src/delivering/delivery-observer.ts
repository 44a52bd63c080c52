import type { AppError } from '@manga-assist/foundation';
import type { JobEventType } from '@manga-assist/schemas/events';
import type { WebhookAttempt } from '../webhook-delivery.ts';
import type { WebhookEndpoint } from '../webhook-endpoint.ts';

/** What deliverers tell whoever counts and logs. Never an address, a secret or a body. It must not throw. */
export interface WebhookDeliveryObserver {
  /** After it was sent, and before anything of it is written. */
  attempted?(attempt: AttemptReport): void;
  /** An endpoint was put off; its owner had better be told. */
  disabled?(endpoint: { endpointId: string; because: NonNullable<WebhookEndpoint['disabledBecause']> }): void;
  /** Nothing is lost by it: what could not be written is sent again, and what could not be signed is tried on the schedule. */
  troubled?(error: AppError): void;
}

export interface AttemptReport extends Pick<WebhookAttempt, 'outcome' | 'httpStatus' | 'obstacle' | 'durationMs'> {
  deliveryId: string;
  endpointId: string;
  eventType: JobEventType;
  /** 1 for the first one of its schedule. */
  number: number;
  /** How long after it was due it began. */
  lateMs: number;
}
