import { SqsTransport } from '@manga-assist/queues';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Puts the handlers of this service before its queues; the application's end drains them. */
export async function serveQueues(app: NestFastifyApplication): Promise<void> {
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(SqsTransport) });
  await app.startAllMicroservices();
}
