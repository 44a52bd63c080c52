import type { WebhookAttempt } from '../webhook-delivery.ts';

/** What was in the way of an answer. */
export class Obstacle extends Error {
  readonly kind: NonNullable<WebhookAttempt['obstacle']>;

  constructor(kind: Obstacle['kind'], cause: unknown) {
    super(`no answer: ${kind}`, { cause });
    this.kind = kind;
  }
}
