import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '@manga-assist/config';
import { AsyncWorkerConfig } from './config.ts';
import { servedQueues } from './queues/served-queues.ts';

const read = (environment: Record<string, string>): AsyncWorkerConfig => readConfig(AsyncWorkerConfig, environment);

describe('the worker’s configuration', () => {
  it('serves the four queues as it is, the urgent one most', () => {
    expect(servedQueues(read({}).queueNames)).toEqual([
      { name: 'manga-fm-high-priority', weight: 8 },
      { name: 'manga-fm-normal', weight: 4 },
      { name: 'manga-fm-low-priority', weight: 1 },
      { name: 'manga-fm-ordered.fifo', weight: 1 },
    ]);
  });

  it('lets webhooks into our own network on a laptop only', () => {
    expect(read({ WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8, ::1/128' }).webhookAllowedNetworks).toEqual(['127.0.0.0/8', '::1/128']);
    expect(() => read({ WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8', NODE_ENV: 'production' })).toThrow(/WEBHOOK_ALLOWED_NETWORKS must be empty in production/);
    expect(read({ NODE_ENV: 'production', WEBHOOK_SECRET_KEY: 'kept-elsewhere' }).webhookAllowedNetworks).toEqual([]);
  });

  it('is refused in production with the laptop’s key for webhook secrets', () => {
    expect(() => read({ NODE_ENV: 'production' })).toThrow(/WEBHOOK_SECRET_KEY must be set in production/);
  });

  it('refuses what makes no sense', () => {
    expect(() => read({ WEBHOOK_ALLOWED_NETWORKS: 'everywhere' })).toThrow(ConfigError);
    expect(() => read({ QUEUE_NAMES: 'manga-fm-normal=0' })).toThrow(ConfigError);
    expect(() => read({ MOST_JOBS_AT_ONCE: '2' })).toThrow(/MOST_JOBS_AT_ONCE/);
  });
});
