import { describe, expect, it } from '@jest/globals';
import { readOptions, UsageError } from './options.ts';

describe('the options of local-stack', () => {
  it('are the usual ports when nothing is said', () => {
    expect(readOptions([], {})).toEqual({ isHelp: false, ports: { aws: 4566, dynamodb: 4567, redis: 4568 }, redisUrl: undefined, faults: { duplicateDeliveries: 0, failedBatchEntries: 0 } });
  });

  it('say what SQS is to do wrong', () => {
    expect(readOptions(['--duplicate-deliveries', '0.2'], {}).faults).toEqual({ duplicateDeliveries: 0.2, failedBatchEntries: 0 });
    expect(() => readOptions(['--failed-batch-entries', '30'], {})).toThrow('--failed-batch-entries must be a share from 0 to 1.');
  });

  it('come from variables, and flags win', () => {
    const options = readOptions(['--aws-port', '1'], { AWS_PORT: '2', DYNAMODB_PORT: '3', REDIS_PORT: '', REDIS_URL: 'redis://there:1' });

    expect(options).toMatchObject({ ports: { aws: 1, dynamodb: 3, redis: 4568 }, redisUrl: 'redis://there:1' });
  });

  it('that are wrong are named', () => {
    expect(() => readOptions([], { AWS_PORT: 'http' })).toThrow(new UsageError('AWS_PORT must be a port from 0 to 65535.'));
    expect(() => readOptions(['--redis-port', '70000'], {})).toThrow('--redis-port');
    expect(() => readOptions(['--port', '1'], {})).toThrow('--port');
  });
});
