import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '../index.ts';
import { Backstage } from '../testing/example-service.ts';
import { startExample } from '../testing/start-example.ts';

let service: RunningService;

beforeAll(async () => void (service = await startExample(new Backstage())));
afterAll(() => service.close());

const metrics = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();

describe('the metrics of a service', () => {
  it('count requests by route, method and status, and how long they took', async () => {
    await fetch(`${service.url}/v1/fail/himitsu`);
    await fetch(`${service.url}/v1/ask`, { method: 'POST' });

    const text = await metrics();

    expect(text).toContain('manga_http_requests_total{method="GET",route="/v1/fail/:kind",status="404",service="example"} 1');
    expect(text).toContain('manga_http_requests_total{method="POST",route="/v1/ask",status="401",service="example"} 1');
    expect(text).toContain('manga_http_request_seconds_count{service="example",route="/v1/ask"} 1');
    expect(text).not.toContain('himitsu');
  });

  it('keep addresses that strangers make up in one place', async () => {
    for (let index = 0; index < 30; index++) await fetch(`${service.url}/made-up/${index}`);

    expect(await metrics()).toMatch(/manga_http_requests_total\{method="GET",route="none",status="404",service="example"\} 30/);
  });

  it('are in Prometheus’ text format', async () => {
    expect((await fetch(`${service.url}/metrics`)).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it.each(['x-forwarded-for', 'forwarded'])('are not there for who comes through a load balancer (%s)', async (header) => {
    const response = await fetch(`${service.url}/metrics`, { headers: { [header]: '127.0.0.1' } });

    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('manga_http');
  });
});
