import { WebhookDeliverer } from '@manga-assist/webhooks';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';

/** Left of the service's time to stop, for closing. */
const CLOSE_RESERVE_MS = 1_000;

/** Has what is due delivered for as long as the worker runs. What is under way at its end is delivered, or found by the next worker. */
@Injectable()
export class DeliverWebhooks implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly deliverer: WebhookDeliverer,
    private readonly config: AsyncWorkerConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.deliverer.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.deliverer.drain(Math.max(0, this.config.drainTimeoutMs - CLOSE_RESERVE_MS));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.deliverer.close();
  }
}
