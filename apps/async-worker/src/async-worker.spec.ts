import { afterEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '@manga-assist/config';
import { createLogger } from '@manga-assist/observability';
import { FixedQueueDepths } from '@manga-assist/queues/testing';
import { startService, type RunningService } from '@manga-assist/service-kit';
import { AdaptersModule } from './adapters.module.ts';
import { AppModule } from './app.module.ts';
import { AsyncWorkerConfig } from './config.ts';

let service: RunningService | undefined;

afterEach(() => service?.close());

async function workerOver(depths: FixedQueueDepths): Promise<RunningService> {
  const config = readConfig(AsyncWorkerConfig, { PORT: '0', QUEUE_NAMES: 'urgent, later' });
  const logger = createLogger({ service: 'async-worker', level: 'silent' });
  service = await startService({ name: 'async-worker', config: { ...config, port: 0 }, module: AppModule.on(AdaptersModule.with(config, logger, depths)), logger });
  return service;
}

describe('async-worker', () => {
  it('is ready when its queues answer, and tells operators what waits in them', async () => {
    const { url } = await workerOver(
      new FixedQueueDepths([
        { queueName: 'urgent', waiting: 3, inFlight: 1, delayed: 0 },
        { queueName: 'later', waiting: 20_000, inFlight: 0, delayed: 5 },
      ]),
    );

    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ checks: { queues: 'ok' } });
    expect(await (await fetch(`${url}/queues`)).json()).toEqual({
      queues: [
        { name: 'urgent', waiting: 3, in_flight: 1, delayed: 0 },
        { name: 'later', waiting: 20_000, in_flight: 0, delayed: 5 },
      ],
    });
  });

  it('lives but is not ready without its queues', async () => {
    const { url } = await workerOver(new FixedQueueDepths([]));

    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });
});
