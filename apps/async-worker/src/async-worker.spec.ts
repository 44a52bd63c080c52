import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunningService } from '@manga-assist/service-kit';
import { LocalWorld } from './testing/local-world.ts';

jest.setTimeout(60_000);

let world: LocalWorld;
let worker: RunningService;

beforeAll(async () => {
  world = await LocalWorld.start(process.env, { products: [] });
  worker = await world.worker();
});

afterAll(() => world.close());

describe('async-worker', () => {
  it('is ready when its queues, its jobs, the place of results and the model answer', async () => {
    const response = await fetch(`${worker.url}/readyz`);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ready', checks: { queues: 'ok', jobs: 'ok', results: 'ok', bedrock: 'ok' } });
  });

  it('tells operators what waits in each queue', async () => {
    expect(await (await fetch(`${worker.url}/queues`)).json()).toEqual({
      queues: ['manga-fm-high-priority', 'manga-fm-normal', 'manga-fm-low-priority', 'manga-fm-ordered.fifo'].map((name) => ({ name, waiting: 0, in_flight: 0, delayed: 0 })),
    });
  });

  it('lives but is not ready while one of its queues is missing', async () => {
    const other = await world.worker({ queueNames: ['manga-fm-normal', 'nobody-made-this'] });

    expect((await fetch(`${other.url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${other.url}/readyz`)).json()).toMatchObject({ status: 'not-ready', checks: { queues: 'failed', jobs: 'ok' } });
  });

  it('lives but is not ready while there is no place for results', async () => {
    const other = await world.worker({ resultsBucket: 'nobody-made-this' });

    expect((await fetch(`${other.url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${other.url}/readyz`)).json()).toMatchObject({ status: 'not-ready', checks: { results: 'failed' } });
  });
});
