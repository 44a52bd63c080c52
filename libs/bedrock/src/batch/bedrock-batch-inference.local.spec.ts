import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startBedrockLocal, type BedrockLocal } from '@manga-assist/bedrock-local';
import { until } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { openBedrockBatchInference } from '../index.ts';
import { aModelCall, RecordedLedger } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

describe('batch inference on a local Bedrock, with a local S3', () => {
  let stack: LocalStack;
  let bedrock: BedrockLocal;
  beforeAll(async () => {
    stack = await startLocalStack();
    bedrock = await startBedrockLocal({ batch: { s3Endpoint: stack.awsUrl } });
    const s3 = new S3Client({ endpoint: stack.awsUrl, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'batches' }));
    s3.destroy();
  }, 30_000);
  afterAll(async () => {
    await bedrock.close();
    await stack.close();
  });

  it('answers a hundred records and one that is wrong, each under its own id', async () => {
    const ledger = new RecordedLedger();
    const batch = openBedrockBatchInference({ ledger, bucket: 'batches', roleArn: 'arn:aws:iam::000000000000:role/batch', bedrockEndpoint: bedrock.url, s3Endpoint: stack.awsUrl });
    const signal = AbortSignal.timeout(20_000);
    const input = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 50, messages: [{ role: 'user', content: 'Hello!' }] };
    const records = Array.from({ length: 101 }, (_, index) => ({ recordId: `record-${index}`, modelInput: index === 7 ? { max_tokens: 50 } : input }));

    const { jobId } = await batch.submit({ name: 'hello', model: 'haiku', records, token: 'token-of-this-test-0123456789abcdef' }, signal);
    const job = await until('the end of the job', async () => {
      const now = await batch.job(jobId, signal);
      return now.isOver && now;
    });
    const { results, damagedLines, strangeLines } = await batch.results({ jobId, model: 'haiku', recordIds: records.map(({ recordId }) => recordId) }, aModelCall(signal));
    await batch.close();

    expect(job).toMatchObject({ state: 'Completed', records: { total: 101, processed: 101, succeeded: 100, failed: 1 } });
    expect({ damagedLines, strangeLines }).toEqual({ damagedLines: 0, strangeLines: 0 });
    expect(results.map(({ recordId }) => recordId)).toEqual(records.map(({ recordId }) => recordId));
    expect(results.filter(({ status }) => status !== 'succeeded')).toEqual([{ recordId: 'record-7', status: 'failed', errorCode: 400 }]);
    expect(ledger.entries.filter(({ operation, outcome, usage, costUsd }) => operation === 'batch' && outcome === 'completed' && usage.outputTokens > 0 && costUsd > 0)).toHaveLength(100);
    expect(ledger.entries).toHaveLength(101);
  }, 30_000);
});
