import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BedrockClient, CreateModelInvocationJobCommand, GetFoundationModelCommand, GetInferenceProfileCommand, GetModelInvocationJobCommand, ListFoundationModelsCommand, ListInferenceProfilesCommand,
  paginateListModelInvocationJobs, StopModelInvocationJobCommand, type CreateModelInvocationJobCommandInput, type GetModelInvocationJobCommandOutput,
} from '@aws-sdk/client-bedrock';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startBedrockLocal, type BedrockLocal, type BedrockLocalOptions } from '../index.ts';
import { startLocalS3 } from '../testing/local-s3.ts';
import { admin, failure, HAIKU, TITAN } from '../testing/sdk-clients.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const LIVE_SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
let stack: { url: string; close(): Promise<void> };
let s3: S3Client;
const servers: BedrockLocal[] = [];

beforeAll(async () => {
  stack = await startLocalS3();
  s3 = new S3Client({ endpoint: stack.url, region: 'us-east-1', forcePathStyle: true, credentials: CREDENTIALS });
  await s3.send(new CreateBucketCommand({ Bucket: 'batches' }));
});
afterAll(async () => {
  for (const server of servers) await server.close();
  s3.destroy();
  await stack.close();
});

async function open(batch: BedrockLocalOptions['batch'] = {}, more: BedrockLocalOptions = {}): Promise<{ client: BedrockClient; url: string }> {
  const server = await startBedrockLocal({ batch: { s3Endpoint: stack.url, ...batch }, ...more });
  servers.push(server);
  return { client: new BedrockClient({ endpoint: server.url, region: 'ap-northeast-1', credentials: CREDENTIALS, maxAttempts: 1 }), url: server.url };
}

async function put(key: string, records: unknown[]): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: 'batches', Key: key, Body: records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n') }));
}

async function lines(key: string): Promise<Record<string, unknown>[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'batches', Key: key }));
  return ((await Body?.transformToString()) ?? '').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

const job = (key: string, more: Partial<CreateModelInvocationJobCommandInput> = {}): CreateModelInvocationJobCommandInput => ({
  jobName: 'enrich-catalogue', roleArn: 'arn:aws:iam::000000000000:role/batch', modelId: HAIKU,
  inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: `s3://batches/${key}` } }, outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://batches/out/' } }, ...more,
});

/** Polls until the job is in one of the statuses. */
async function until(client: BedrockClient, jobArn: string, ...statuses: string[]): Promise<GetModelInvocationJobCommandOutput> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = await client.send(new GetModelInvocationJobCommand({ jobIdentifier: jobArn }));
    if (statuses.includes(found.status ?? '')) return found;
    if (Date.now() > end) throw new Error(`the job stays ${found.status}: ${found.message}`);
  }
}

const claude = (text: string) => ({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 60, messages: [{ role: 'user', content: text }] });
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ recordId: `R${index}`, modelInput: claude('hello') }));

describe('a batch job', () => {
  it('reads JSONL, tells errors record by record, and writes results and a manifest', async () => {
    const { client, url } = await open();
    const records: unknown[] = many(100);
    records[7] = { recordId: 'R7', modelInput: { max_tokens: 5, messages: [] } };
    await put('in/series.jsonl', records);
    const { jobArn } = await client.send(new CreateModelInvocationJobCommand(job('in/series.jsonl')));

    const done = await until(client, jobArn ?? '', 'Completed', 'Failed');
    const written = await lines(`out/${jobArn?.split('/')[1]}/series.jsonl.out`);

    expect(jobArn).toMatch(/^arn:aws:bedrock:ap-northeast-1:\d{12}:model-invocation-job\/[a-z0-9]{12}$/);
    expect(done).toMatchObject({ status: 'Completed', totalRecordCount: 100, processedRecordCount: 100, successRecordCount: 99, errorRecordCount: 1, modelInvocationType: 'InvokeModel' });
    expect(done.endTime).toBeInstanceOf(Date);
    expect(new Set(written.map(({ recordId }) => recordId)).size).toBe(100);
    expect(written.map(({ recordId }) => recordId)).not.toEqual(records.map((_, index) => `R${index}`));
    expect(written.find(({ recordId }) => recordId === 'R7')?.['error']).toEqual({
      errorCode: 400, errorMessage: 'Malformed input request: #: required key [anthropic_version] not found, please reformat your input and try again.',
    });
    expect(written.find(({ recordId }) => recordId === 'R8')).toMatchObject({ modelInput: claude('hello'), modelOutput: { type: 'message', role: 'assistant', stop_reason: 'end_turn' } });
    const [manifest] = await lines(`out/${jobArn?.split('/')[1]}/manifest.json.out`);
    expect(manifest).toMatchObject({ totalRecordCount: 100, processedRecordCount: 100, successRecordCount: 99, errorRecordCount: 1, inputTokenCount: expect.any(Number) });
    const { body } = await admin(url, 'GET', 'jobs');
    expect((body['jobs'] as { history: { status: string }[] }[])[0]?.history.map(({ status }) => status)).toEqual(['Submitted', 'Validating', 'Scheduled', 'InProgress', 'Completed']);
  });

  it('answers Converse records, without tools, for a model that single calls reach by profile only', async () => {
    const { client } = await open({ minimumRecords: 1 });
    const ask = { messages: [{ role: 'user', content: [{ text: 'hello' }] }] };
    await put('in/converse.jsonl', [{ recordId: 'plain', modelInput: ask }, { recordId: 'tools', modelInput: { ...ask, toolConfig: { tools: [] } } }]);
    const { jobArn } = await client.send(new CreateModelInvocationJobCommand(job('in/converse.jsonl', { modelId: LIVE_SONNET, modelInvocationType: 'Converse' })));
    await until(client, jobArn ?? '', 'Completed');
    const written = await lines(`out/${jobArn?.split('/')[1]}/converse.jsonl.out`);

    expect(written.find(({ recordId }) => recordId === 'plain')).toMatchObject({ modelOutput: { output: { message: { role: 'assistant' } }, stopReason: 'end_turn' } });
    expect(written.find(({ recordId }) => recordId === 'tools')).toMatchObject({ error: { errorCode: 400, errorMessage: expect.stringMatching(/Tool use is not supported/) } });
  });

  it('embeds every file of a folder, and gives records without an id one', async () => {
    const { client } = await open({ minimumRecords: 2 });
    await put('folder/a.jsonl', [{ modelInput: { inputText: 'pirate' } }]);
    await put('folder/b.jsonl', [{ recordId: 'b', modelInput: { inputText: '海賊' } }]);
    const { jobArn } = await client.send(new CreateModelInvocationJobCommand(job('folder/', { modelId: TITAN })));
    await until(client, jobArn ?? '', 'Completed');
    const [first] = await lines(`out/${jobArn?.split('/')[1]}/a.jsonl.out`);

    expect(first?.['recordId']).toMatch(/^[0-9A-F]{11}$/);
    expect((first?.['modelOutput'] as { embedding: number[] }).embedding).toHaveLength(1024);
  });

  it('fails while validating: too few records, lines that are not JSON, no such file', async () => {
    const { client } = await open();
    await put('in/few.jsonl', many(3));
    await put('in/broken.jsonl', [...many(120), '{"recordId": oops']);
    const outcome = async (key: string) => {
      const { jobArn } = await client.send(new CreateModelInvocationJobCommand(job(key)));
      return (await until(client, jobArn ?? '', 'Failed')).message;
    };

    expect(await outcome('in/few.jsonl')).toMatch(/contains less records \(3\) than the required minimum of: 100$/);
    expect(await outcome('in/broken.jsonl')).toMatch(/broken\.jsonl has a malformed record in line 121/);
    expect(await outcome('in/missing.jsonl')).toMatch(/NoSuchKey/);
  });

  it('stops when told, keeping what is done, and only once', async () => {
    const { client } = await open({ recordsPerSecond: 200 });
    await put('in/long.jsonl', many(2_000));
    const { jobArn } = await client.send(new CreateModelInvocationJobCommand(job('in/long.jsonl')));
    await until(client, jobArn ?? '', 'InProgress');
    await client.send(new StopModelInvocationJobCommand({ jobIdentifier: jobArn }));
    const stopped = await until(client, jobArn ?? '', 'Stopped');
    const again = await failure(client.send(new StopModelInvocationJobCommand({ jobIdentifier: jobArn })));

    expect(stopped.processedRecordCount).toBeLessThan(2_000);
    expect(again.name).toBe('ConflictException');
  });

  it('expires before it begins, or ends in part, when its time is up', async () => {
    await put('in/slow.jsonl', many(100));
    const waiting = await open({ hourMs: 0 });
    const late = await open({ hourMs: 5, recordsPerSecond: 20 });
    const create = async (client: BedrockClient) => (await client.send(new CreateModelInvocationJobCommand(job('in/slow.jsonl', { timeoutDurationInHours: 24 })))).jobArn ?? '';
    const [expired, partial] = [await create(waiting.client), await create(late.client)];

    expect((await until(waiting.client, expired, 'Expired', 'Completed')).status).toBe('Expired');
    expect((await until(late.client, partial, 'PartiallyCompleted', 'Completed')).status).toBe('PartiallyCompleted');
  });

  it('is the same job for the same clientRequestToken', async () => {
    const { client } = await open();
    await put('in/once.jsonl', many(100));
    const input = job('in/once.jsonl', { clientRequestToken: 'only-once' });

    const first = await client.send(new CreateModelInvocationJobCommand(input));
    const second = await client.send(new CreateModelInvocationJobCommand(input));

    expect(second.jobArn).toBe(first.jobArn);
  });

  it('is listed newest first, by status and name, page by page', async () => {
    const { client } = await open();
    await put('in/list.jsonl', many(100));
    for (const jobName of ['one', 'two', 'other-three']) {
      const { jobArn } = await client.send(new CreateModelInvocationJobCommand(job('in/list.jsonl', { jobName })));
      await until(client, jobArn ?? '', 'Completed');
    }
    const names = async (filter: { nameContains?: string; sortOrder?: 'Ascending' }) => {
      const found: string[] = [];
      for await (const page of paginateListModelInvocationJobs({ client, pageSize: 2 }, { statusEquals: 'Completed', ...filter })) found.push(...(page.invocationJobSummaries ?? []).map(({ jobName }) => jobName ?? ''));
      return found;
    };

    expect(await names({})).toEqual(['other-three', 'two', 'one']);
    expect(await names({ nameContains: 'o', sortOrder: 'Ascending' })).toEqual(['one', 'two', 'other-three']);
    expect(await names({ nameContains: 'other' })).toEqual(['other-three']);
  });

  it('takes planned faults for single records', async () => {
    const { client, url } = await open({ minimumRecords: 1 });
    await put('in/fault.jsonl', many(2));
    await admin(url, 'POST', 'faults', { kind: 'throttle', op: 'BatchRecord' });
    const { jobArn } = await client.send(new CreateModelInvocationJobCommand(job('in/fault.jsonl')));

    expect(await until(client, jobArn ?? '', 'Completed')).toMatchObject({ successRecordCount: 1, errorRecordCount: 1 });
  });
});

describe('CreateModelInvocationJob refuses', () => {
  const cases: [string, Partial<CreateModelInvocationJobCommandInput>, RegExp][] = [
    ['an output that is not S3', { outputDataConfig: { s3OutputDataConfig: { s3Uri: 'file:///tmp' } } }, /at 'outputDataConfig\.s3OutputDataConfig\.s3Uri'/],
    ['a timeout below a day', { timeoutDurationInHours: 2 }, /at 'timeoutDurationInHours'/],
    ['a role that is none', { roleArn: 'me' }, /at 'roleArn'/],
    ['a model nobody knows', { modelId: 'nobody.none-v1' }, /model identifier is invalid/],
  ];

  it.each(cases)('%s', async (_what, more, message) => {
    const { client } = await open();
    const error = await failure(client.send(new CreateModelInvocationJobCommand(job('in/x.jsonl', more))));

    expect(error.name).toBe('ValidationException');
    expect(error.message).toMatch(message);
  });

  it('every job when it has no S3, saying how to give it one', async () => {
    const server = await startBedrockLocal();
    servers.push(server);
    const client = new BedrockClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS });

    expect((await failure(client.send(new CreateModelInvocationJobCommand(job('in/x.jsonl'))))).message).toMatch(/--s3-endpoint/);
    expect((await failure(client.send(new GetModelInvocationJobCommand({ jobIdentifier: 'abcdefghijkl' })))).name).toBe('ResourceNotFoundException');
  });
});

describe('the model lists', () => {
  it('tell models with their lifecycle, and the profiles that reach them', async () => {
    const { client } = await open();
    const { modelSummaries } = await client.send(new ListFoundationModelsCommand({ byProvider: 'anthropic', byInferenceType: 'ON_DEMAND' }));
    const { modelDetails } = await client.send(new GetFoundationModelCommand({ modelIdentifier: HAIKU }));
    const { inferenceProfileSummaries } = await client.send(new ListInferenceProfilesCommand({ typeEquals: 'SYSTEM_DEFINED' }));

    expect(modelSummaries?.map(({ modelId }) => modelId)).toEqual([HAIKU, 'anthropic.claude-3-sonnet-20240229-v1:0']);
    expect(modelDetails?.modelLifecycle).toMatchObject({ status: 'LEGACY', endOfLifeTime: new Date('2026-09-10T00:00:00Z') });
    expect(inferenceProfileSummaries?.map(({ inferenceProfileId }) => inferenceProfileId)).toContain(`jp.${LIVE_SONNET}`);
  });

  it('give one profile by its id, and meet faults planned for them', async () => {
    const { client, url } = await open();
    const { models } = await client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: `jp.${LIVE_SONNET}` }));
    await admin(url, 'POST', 'faults', { kind: 'throttle', op: 'ListFoundationModels' });

    expect(models?.[0]?.modelArn).toBe(`arn:aws:bedrock:ap-northeast-1::foundation-model/${LIVE_SONNET}`);
    expect((await failure(client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'jp.none' })))).name).toBe('ResourceNotFoundException');
    expect((await failure(client.send(new ListFoundationModelsCommand({})))).name).toBe('ThrottlingException');
  });

  it('leave out a model at the end of its life', async () => {
    const { client } = await open({}, { endOfLife: ['retired'] });
    const { modelSummaries } = await client.send(new ListFoundationModelsCommand({}));

    expect(modelSummaries?.map(({ modelId }) => modelId)).not.toContain(HAIKU);
    expect((await failure(client.send(new GetFoundationModelCommand({ modelIdentifier: HAIKU })))).name).toBe('ResourceNotFoundException');
  });
});
