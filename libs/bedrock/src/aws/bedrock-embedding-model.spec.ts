import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startBedrockLocal, type BedrockLocal } from '@manga-assist/bedrock-local';
import { until } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { openTitanEmbeddingModel, type EmbeddingModel, type TitanEmbeddingModelOptions } from '../index.ts';
import { aModelCall, answers, BedrockEndpoint, hangs, RecordedLedger, refuses } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

describe('Titan embeddings on a local Bedrock', () => {
  let bedrock: BedrockLocal;
  beforeAll(async () => {
    bedrock = await startBedrockLocal();
  });
  afterAll(() => bedrock.close());

  it.each([256, 512, 1024] as const)('turn a text into a unit vector of %d dimensions', async (dimensions) => {
    const ledger = new RecordedLedger();
    const model = openTitanEmbeddingModel({ dimensions, ledger, endpoint: bedrock.url });

    const vector = await model.embed('海賊王を目指す少年の冒険', aModelCall());
    const again = await model.embed('海賊王を目指す少年の冒険', aModelCall());
    const other = await model.embed('A quiet romance in a flower shop', aModelCall());
    await model.close();

    expect(vector).toHaveLength(dimensions);
    expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    expect(again).toEqual(vector);
    expect(cosine(vector, other)).toBeLessThan(0.9);
    expect(model.version).toBe(`amazon.titan-embed-text-v2:0/${dimensions}/normalised`);
    expect(ledger.entries).toHaveLength(3);
    expect(ledger.entries[0]).toMatchObject({
      model: 'embedding',
      operation: 'embed',
      outcome: 'completed',
      usageSource: 'measured',
      attribution: aModelCall().attribution,
      usage: { outputTokens: 0 },
    });
    expect(ledger.entries[0]?.costUsd).toBeGreaterThan(0);
  });
});

describe('Titan embeddings on a Bedrock that fails', () => {
  let upstream: BedrockEndpoint;
  let ledger: RecordedLedger;
  const models: EmbeddingModel[] = [];
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    ledger = new RecordedLedger();
  });
  afterEach(async () => {
    for (const model of models.splice(0)) await model.close();
    await upstream.close();
  });

  function open(options: Partial<TitanEmbeddingModelOptions> = {}): EmbeddingModel {
    const model = openTitanEmbeddingModel({ dimensions: 256, ledger, endpoint: upstream.url, random: () => 0, ...options });
    models.push(model);
    return model;
  }

  const good = answers({ embedding: Array.from({ length: 256 }, () => 1 / 16), inputTextTokenCount: 4 });

  it('try once more when it was busy', async () => {
    upstream.reply(refuses(429, 'ThrottlingException'), good);

    await expect(open().embed('manga', aModelCall())).resolves.toHaveLength(256);

    expect(upstream.requests[0]?.body).toEqual({ inputText: 'manga', dimensions: 256, normalize: true });
    expect(ledger.entries.map(({ outcome, attempt, costUsd }) => [outcome, attempt, costUsd > 0])).toEqual([
      ['failed', 1, false],
      ['completed', 2, true],
    ]);
  });

  it.each([
    ['busy', refuses(429, 'ThrottlingException'), 'bedrock.throttled', 2],
    ['down', refuses(503, 'ServiceUnavailableException'), 'bedrock.unavailable', 2],
    ['sure that the request is wrong', refuses(400, 'ValidationException'), 'bedrock.invalid-request', 1],
    ['giving a vector of another size', answers({ embedding: [1, 0], inputTextTokenCount: 1 }), 'bedrock.model-error', 2],
    ['giving no JSON', (response: { end(text: string): void }) => response.end('<html>'), 'bedrock.model-error', 2],
  ] as const)('fail as an AppError when it is %s', async (_, reply, code, requests) => {
    upstream.reply(reply);

    await expect(open().embed('manga', aModelCall())).rejects.toMatchObject({ name: 'AppError', code });

    expect(upstream.requests).toHaveLength(requests);
  });

  it('end after two seconds', async () => {
    const timers = new StoppedTimers();
    upstream.reply(hangs);

    const embedding = open({ timers }).embed('manga', aModelCall());
    await until('the request', () => upstream.requests.length === 1);
    timers.advance(2_000);

    await expect(embedding).rejects.toMatchObject({ kind: 'timed-out', code: 'bedrock.deadline' });
  });

  it('end when the caller leaves', async () => {
    const controller = new AbortController();
    upstream.reply(hangs);

    const embedding = open().embed('manga', aModelCall(controller.signal));
    await until('the request', () => upstream.requests.length === 1);
    controller.abort();

    await expect(embedding).rejects.toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
    expect(ledger.entries).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('ask for nothing without a text, or with one that is too long', async () => {
    for (const text of ['', '  ', 'x'.repeat(50_001)]) {
      await expect(open().embed(text, aModelCall())).rejects.toMatchObject({ kind: 'invalid', code: 'bedrock.invalid-request' });
    }
    expect(upstream.requests).toHaveLength(0);
  });
});
