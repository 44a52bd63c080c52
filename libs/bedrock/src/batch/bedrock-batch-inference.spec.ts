import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BatchInference, BatchState, BedrockBatchInferenceOptions } from '../index.ts';
import { openBedrockBatchInference } from '../index.ts';
import { aModelCall, RecordedLedger } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const ARN = 'arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/abc123';
const signal = new AbortController().signal;
const records = Array.from({ length: 3 }, (_, index) => ({ recordId: `r${index}`, modelInput: { max_tokens: 10, at: index } }));

/** Just enough of S3 and of the control plane: objects by path, and one job. */
class Cloud {
  readonly objects = new Map<string, string>();
  created: Record<string, unknown>[] = [];
  stopped = 0;
  state: BatchState = 'Submitted';
  readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
      const body = Buffer.concat(parts).toString();
      const json = (status: number, answer: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      if (path === '/model-invocation-job') {
        this.created.push(JSON.parse(body) as Record<string, unknown>);
        json(200, { jobArn: ARN });
      } else if (path.endsWith('/stop')) {
        this.stopped++;
        json(200, {});
      } else if (path.startsWith('/model-invocation-job/')) {
        json(200, { ...this.created.at(-1), jobArn: ARN, status: this.state, submitTime: '2026-11-01T01:00:00Z', endTime: '2026-11-01T03:00:00Z', totalRecordCount: 3, processedRecordCount: 3, successRecordCount: 2, errorRecordCount: 1 });
      } else if (request.method === 'PUT') {
        this.objects.set(path, body);
        response.writeHead(200).end();
      } else {
        const object = this.objects.get(path);
        if (object === undefined) response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
        else response.writeHead(200).end(object);
      }
    });
  });
}

describe('batch inference on Bedrock', () => {
  let cloud: Cloud;
  let ledger: RecordedLedger;
  const open: BatchInference[] = [];
  const call = aModelCall();
  beforeEach(async () => {
    cloud = new Cloud();
    ledger = new RecordedLedger();
    await new Promise<void>((resolve) => cloud.server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const batch of open.splice(0)) await batch.close();
    await new Promise((resolve) => cloud.server.close(resolve));
  });

  function batchInference(options: Partial<BedrockBatchInferenceOptions> = {}): BatchInference {
    const url = `http://127.0.0.1:${(cloud.server.address() as AddressInfo).port}`;
    const batch = openBedrockBatchInference({ ledger, bucket: 'store', prefix: 'batch/', roleArn: 'arn:aws:iam::000000000000:role/batch', minRecords: 1, bedrockEndpoint: url, s3Endpoint: url, ...options });
    open.push(batch);
    return batch;
  }
  const submission = { name: 'enrich-1', model: 'haiku', records, token: 'token-1' } as const;

  it('writes the records to S3 and then asks for the job', async () => {
    const { jobId } = await batchInference().submit(submission, signal);

    expect(jobId).toBe(ARN);
    expect(cloud.objects.get('/store/batch/in/enrich-1.jsonl')).toBe(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    expect(cloud.created).toEqual([
      {
        jobName: 'enrich-1',
        modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
        roleArn: 'arn:aws:iam::000000000000:role/batch',
        clientRequestToken: 'token-1',
        timeoutDurationInHours: 24,
        inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: 's3://store/batch/in/enrich-1.jsonl' } },
        outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://store/batch/out/' } },
      },
    ]);
  });

  it('follows the job, and joins what it wrote by record id', async () => {
    const batch = batchInference();
    const { jobId } = await batch.submit(submission, signal);
    cloud.state = 'InProgress';
    await expect(batch.job(jobId, signal)).resolves.toMatchObject({ state: 'InProgress', isOver: false });
    await expect(batch.results({ jobId, model: 'haiku', recordIds: ['r0'] }, call)).rejects.toMatchObject({ kind: 'conflict', code: 'bedrock.batch-unfinished' });

    cloud.state = 'PartiallyCompleted';
    const lines = [{ recordId: 'r2', modelOutput: { stop_reason: 'end_turn' } }, { recordId: 'r0', error: { errorCode: 400, errorMessage: 'no' } }];
    cloud.objects.set('/store/batch/out/abc123/enrich-1.jsonl.out', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"recordId":"r1","mod`);

    await expect(batch.job(jobId, signal)).resolves.toEqual({
      jobId: ARN,
      state: 'PartiallyCompleted',
      isOver: true,
      records: { total: 3, processed: 3, succeeded: 2, failed: 1 },
    });
    await expect(batch.results({ jobId, model: 'haiku', recordIds: ['r0', 'r1', 'r2'] }, call)).resolves.toEqual({
      results: [
        { recordId: 'r0', status: 'failed', errorCode: 400 },
        { recordId: 'r1', status: 'missing' },
        { recordId: 'r2', status: 'succeeded', modelOutput: { stop_reason: 'end_turn' } },
      ],
      damagedLines: 1,
      strangeLines: 0,
    });
  });

  it('misses everything of a job that ended before it wrote', async () => {
    const batch = batchInference();
    await batch.submit(submission, signal);
    cloud.state = 'Expired';

    const { results } = await batch.results({ jobId: ARN, model: 'haiku', recordIds: ['r0', 'r1'] }, call);

    expect(results.map(({ status }) => status)).toEqual(['missing', 'missing']);
    expect(ledger.entries).toEqual([]);
  });

  it('books every record that was answered or refused at half the price, once however often it is read', async () => {
    const batch = batchInference();
    const { jobId } = await batch.submit(submission, signal);
    cloud.state = 'Completed';
    const lines = [
      { recordId: 'r0', modelOutput: { stop_reason: 'end_turn', usage: { input_tokens: 2_000_000, output_tokens: 1_000_000 } } },
      { recordId: 'r1', error: { errorCode: 400, errorMessage: 'no' } },
    ];
    cloud.objects.set('/store/batch/out/abc123/enrich-1.jsonl.out', lines.map((line) => JSON.stringify(line)).join('\n'));
    const submitted = { jobId, model: 'haiku', recordIds: ['r0', 'r1', 'r2'] } as const;

    await batch.results(submitted, call);
    const booked = structuredClone(ledger.entries);
    await batch.results(submitted, call);

    // Claude 3 Haiku: $0.25 a million in, $1.25 out.
    expect(booked).toMatchObject([
      { operation: 'batch', outcome: 'completed', usageSource: 'measured', usage: { inputTokens: 2_000_000, outputTokens: 1_000_000 }, costUsd: 0.875, atMs: Date.UTC(2026, 10, 1, 1), latencyMs: 7_200_000 },
      { operation: 'batch', outcome: 'failed', costUsd: 0, attribution: call.attribution, model: 'haiku', modelId: 'anthropic.claude-3-haiku-20240307-v1:0' },
    ]);
    expect(new Set(booked.map(({ callId }) => callId)).size).toBe(2);
    expect(ledger.entries).toEqual(booked);
  });

  it('lets the ledger write in between when there are thousands', async () => {
    const many = Array.from({ length: 11_000 }, (_, index) => `r${index}`);
    const batch = batchInference({ maxRecords: 50_000 });
    const { jobId } = await batch.submit(submission, signal);
    cloud.state = 'Completed';
    cloud.objects.set('/store/batch/out/abc123/enrich-1.jsonl.out', many.map((recordId) => JSON.stringify({ recordId, error: { errorCode: 400 } })).join('\n'));

    await batch.results({ jobId, model: 'haiku', recordIds: many }, call);

    expect({ booked: ledger.entries.length, flushes: ledger.flushes }).toEqual({ booked: 11_000, flushes: 2 });
  });

  it('stops a job', async () => {
    await batchInference().stop(ARN, signal);

    expect(cloud.stopped).toBe(1);
  });

  it.each([
    ['too few records', { minRecords: 100 }, submission, 'bedrock.batch-size'],
    ['too many records', { maxRecords: 2 }, submission, 'bedrock.batch-size'],
    ['an id twice', {}, { ...submission, records: [...records, ...records] }, 'bedrock.batch-record'],
    ['an empty id', {}, { ...submission, records: [{ recordId: '', modelInput: {} }] }, 'bedrock.batch-record'],
    ['a name with a slash', {}, { ...submission, name: 'a/b' }, 'bedrock.batch-record'],
  ])('sends nothing with %s', async (_, options, wrong, code) => {
    await expect(batchInference(options).submit(wrong, signal)).rejects.toMatchObject({ kind: 'invalid', code });
    expect(cloud.objects.size).toBe(0);
    expect(cloud.created).toEqual([]);
  });

  it('is cancelled by its caller', async () => {
    await expect(batchInference().submit(submission, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
  });
});
