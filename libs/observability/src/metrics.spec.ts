import { describe, expect, it } from '@jest/globals';
import { createMetrics, MOST_SERIES, SECONDS_BUCKETS } from './index.ts';

describe('metrics', () => {
  it('count, show and measure, and say whose they are', async () => {
    const metrics = createMetrics({ service: 'tool-service' });
    metrics.counter({ name: 'manga_tool_calls_total', help: 'Calls.', labels: ['tool', 'outcome'] }).add({ tool: 'search', outcome: 'success' }, 2);
    metrics.gauge({ name: 'manga_queue_waiting', help: 'Messages.' }).set({}, 7);
    metrics.histogram({ name: 'manga_tool_seconds', help: 'Time.', labels: ['tool'], buckets: SECONDS_BUCKETS }).observe({ tool: 'search' }, 0.02);

    const text = await metrics.text();

    expect(text).toContain('# TYPE manga_tool_calls_total counter');
    expect(text).toContain('manga_tool_calls_total{tool="search",outcome="success",service="tool-service"} 2');
    expect(text).toContain('manga_queue_waiting{service="tool-service"} 7');
    expect(text).toContain('manga_tool_seconds_bucket{le="0.025",service="tool-service",tool="search"} 1');
    expect(text).toContain('manga_tool_seconds_count{service="tool-service",tool="search"} 1');
  });

  it('give the same instrument to all who ask for it', async () => {
    const metrics = createMetrics({ service: 'x' });
    const calls = { name: 'calls_total', help: 'Calls.', labels: ['tool'] } as const;

    metrics.counter(calls).add({ tool: 'a' });
    metrics.counter(calls).add({ tool: 'a' });

    expect(await metrics.text()).toContain('calls_total{tool="a",service="x"} 2');
  });

  it('refuse a name that stands for something else, or for nothing', () => {
    const metrics = createMetrics({ service: 'x' });
    metrics.counter({ name: 'calls_total', help: 'Calls.' });

    expect(() => metrics.gauge({ name: 'calls_total', help: 'Calls.' })).toThrow('calls_total');
    expect(() => metrics.counter({ name: 'calls_total', help: 'Calls.', labels: ['tool'] })).toThrow('calls_total');
    expect(() => metrics.counter({ name: 'Calls total', help: 'Calls.' })).toThrow('Calls total');
  });

  it('stay bounded whatever stands in a label', async () => {
    const metrics = createMetrics({ service: 'x' });
    const calls = metrics.counter({ name: 'calls_total', help: 'Calls.', labels: ['tool'] });

    for (let index = 0; index < MOST_SERIES + 20; index++) calls.add({ tool: `tool-${index}` });
    calls.add({ tool: 'tool-3' });

    const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('calls_total'));
    expect(lines).toHaveLength(MOST_SERIES + 1);
    expect(lines).toContain('calls_total{tool="other",service="x"} 20');
    expect(lines).toContain('calls_total{tool="tool-3",service="x"} 2');
  });

  it('tell of the process when asked to', async () => {
    expect(await createMetrics({ service: 'x', hasProcessMetrics: true }).text()).toMatch(/nodejs_eventloop_lag_p99_seconds\{service="x"\}/);
  });
});
