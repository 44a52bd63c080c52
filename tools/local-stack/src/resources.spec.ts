import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { readResources } from './resources.ts';

const infra = new URL('../../infra/', import.meta.url);
const json = (name: string): object => JSON.parse(readFileSync(new URL(name, infra), 'utf8')) as object;
const isValid = new Ajv({ allErrors: true }).compile(json('resources.schema.json'));

describe('the declared resources', () => {
  it('follow their schema', () => {
    isValid(json('resources.json'));

    expect(isValid.errors).toBeNull();
  });

  it('are refused when a FIFO queue is not named so, or a field is misspelt', () => {
    const queue = { name: 'orders', visibilityTimeoutSeconds: 30, retentionSeconds: 60 };
    const declaring = (queues: object[]) => ({ tables: [], queues, topics: [], subscriptions: [], buckets: [] });

    expect(isValid(declaring([queue]))).toBe(true);
    expect(isValid(declaring([{ ...queue, fifo: true }]))).toBe(false);
    expect(isValid(declaring([{ ...queue, name: 'orders.fifo' }]))).toBe(false);
    expect(isValid(declaring([{ ...queue, visibilityTimeout: 30 }]))).toBe(false);
  });

  it('are refused when a bucket clears away a prefix that is none, or after no time', () => {
    const declaring = (expiry: object[]) => ({ tables: [], queues: [], topics: [], subscriptions: [], buckets: [{ name: 'manga-fm-results', expiry }] });

    expect(isValid(declaring([{ prefix: 'results/', days: 46 }]))).toBe(true);
    for (const rule of [{ prefix: 'results', days: 46 }, { prefix: '', days: 46 }, { prefix: 'results/', days: 0 }, { prefix: 'results/' }]) expect(isValid(declaring([rule]))).toBe(false);
  });

  it('keep a result longer than the row that points to it', () => {
    const { expiry = [] } = readResources().buckets.find(({ name }) => name === 'manga-fm-results') ?? {};
    const daysOf = (wanted: string): number | undefined => expiry.find(({ prefix }) => prefix === wanted)?.days;

    // Rows of jobs go after 45 days (libs/jobs, RETENTION_SECONDS).
    expect(daysOf('results/')).toBeGreaterThan(45);
    // One that is gone only means more work.
    expect(daysOf('checkpoints/')).toBe(7);
  });

  it('refer only to queues and topics that exist, FIFO to FIFO', () => {
    const { queues, topics, subscriptions } = readResources();
    const kindOf = new Map(queues.map(({ name, fifo = false }) => [name, fifo]));

    for (const { redrive, fifo = false } of queues) if (redrive) expect(kindOf.get(redrive.queue)).toBe(fifo);
    for (const { topic, queue } of subscriptions) {
      expect(topics.map(({ name }) => name)).toContain(topic);
      expect(kindOf.has(queue)).toBe(true);
    }
  });

  it('have one name each', () => {
    for (const kind of [readResources().tables, readResources().queues, readResources().topics, readResources().buckets]) {
      const names = kind.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    }
  });
});
