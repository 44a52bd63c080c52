import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startBedrockLocal, type BedrockLocal } from '@manga-assist/bedrock-local';
import { until } from '@manga-assist/foundation/testing';
import { openCohereEmbeddingModel, openTitanEmbeddingModel, type BatchEmbeddingModel } from '../index.ts';
import { aModelCall, answers, BedrockEndpoint, hangs, RecordedLedger, refuses, type Reply } from '../testing/index.ts';
import { unitVector } from './unit-vector.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const TEXTS = ['海賊王を目指す少年の冒険', 'A quiet romance in a flower shop', 'ダークファンタジー', 'Cooking contests'];

describe('embedding many texts on a local Bedrock', () => {
  let bedrock: BedrockLocal;
  beforeAll(async () => {
    bedrock = await startBedrockLocal();
  });
  afterAll(() => bedrock.close());

  it.each([
    ['Titan', 512, 'measured', (ledger: RecordedLedger) => openTitanEmbeddingModel({ dimensions: 512, ledger, endpoint: bedrock.url, timeoutMs: 20_000 })],
    ['Cohere', 1024, 'estimated', (ledger: RecordedLedger) => openCohereEmbeddingModel({ ledger, endpoint: bedrock.url, timeoutMs: 20_000 })],
  ] as const)('gives for %s what each text alone gives, in their order, and books it', async (_, dimensions, source, open) => {
    const ledger = new RecordedLedger();
    const model = open(ledger);

    const vectors = await model.embedMany(TEXTS, 'query', aModelCall());
    const alone = [];
    for (const text of TEXTS) alone.push(await model.embed(text, aModelCall()));
    await model.close();

    expect(model.dimensions).toBe(dimensions);
    for (const [index, vector] of vectors.entries()) {
      expect(vector).toHaveLength(dimensions);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      expect(vector).toEqual(alone[index]);
    }
    expect(ledger.entries.every(({ outcome, usageSource, costUsd }) => outcome === 'completed' && usageSource === source && costUsd > 0)).toBe(true);
  });
});

describe('embedding many texts', () => {
  let upstream: BedrockEndpoint;
  let ledger: RecordedLedger;
  const models: BatchEmbeddingModel[] = [];
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    ledger = new RecordedLedger();
  });
  afterEach(async () => {
    for (const model of models.splice(0)) await model.close();
    await upstream.close();
  });
  const kept = (model: BatchEmbeddingModel) => {
    models.push(model);
    return model;
  };
  const cohere = () => kept(openCohereEmbeddingModel({ ledger, endpoint: upstream.url, random: () => 0 }));
  const titan = (batchConcurrency: number) => kept(openTitanEmbeddingModel({ dimensions: 256, ledger, endpoint: upstream.url, random: () => 0, batchConcurrency }));

  const vectorOf = (text: string, dimensions: number) => Array.from({ length: dimensions }, (_, index) => (index === Number(text) % dimensions ? 3 : 0));
  const cohereAnswer: Reply = (response, { body }) => {
    const { texts } = body as { texts: string[] };
    answers({ embeddings: { float: texts.map((text) => vectorOf(text, 1_024)) } })(response, { body } as never);
  };

  it('sends Cohere 96 texts at a time, says what they are for, and normalises what comes', async () => {
    upstream.reply(cohereAnswer);
    const texts = Array.from({ length: 200 }, (_, index) => String(index));

    const vectors = await cohere().embedMany(texts, 'document', aModelCall());

    const sizes = upstream.requests.map(({ body }) => (body as { texts: string[] }).texts.length).sort((one, other) => other - one);
    expect(sizes).toEqual([96, 96, 8]);
    expect(upstream.requests[0]?.body).toMatchObject({ input_type: 'search_document', truncate: 'NONE', embedding_types: ['float'] });
    expect(vectors.map((vector) => vector.indexOf(1))).toEqual(texts.map(Number));
    expect(ledger.entries).toHaveLength(3);
    expect(ledger.entries[0]).toMatchObject({ modelId: 'cohere.embed-multilingual-v3', usageSource: 'estimated', operation: 'embed' });
    expect(ledger.entries[0]?.usage.inputTokens).toBeGreaterThanOrEqual(96);
  });

  it('tells Cohere that a single text is a query', async () => {
    upstream.reply(cohereAnswer);

    await cohere().embed('7', aModelCall());

    expect(upstream.requests[0]?.body).toMatchObject({ texts: ['7'], input_type: 'search_query' });
  });

  it.each([
    ['a vector is missing', { embeddings: { float: [vectorOf('1', 1_024)] } }],
    ['a vector is of another size', { embeddings: { float: [vectorOf('1', 1_024), [1]] } }],
    ['there is none', {}],
    ['the answer is null', null],
  ])('fails, and joins nothing wrongly, when %s', async (_, answer) => {
    upstream.reply(answers(answer));

    await expect(cohere().embedMany(['1', '2'], 'document', aModelCall())).rejects.toMatchObject({ name: 'AppError', code: 'bedrock.model-error' });
    expect(ledger.entries.every(({ outcome }) => outcome === 'failed')).toBe(true);
  });

  it('asks Titan a bounded number of times at once', async () => {
    let waiting: (() => void)[] = [];
    let most = 0;
    const body = { embedding: vectorOf('1', 256), inputTextTokenCount: 1 };
    upstream.reply((response, request) => {
      waiting.push(() => answers(body)(response, request));
      most = Math.max(most, waiting.length);
    });

    const embedding = titan(3).embedMany(['1', '2', '3', '4', '5', '6', '7'], 'document', aModelCall());
    for (let answered = 0; answered < 7; ) {
      await until('requests', () => waiting.length === Math.min(3, 7 - answered));
      const now = waiting;
      waiting = [];
      for (const answer of now) answer();
      answered += now.length;
    }

    await expect(embedding).resolves.toHaveLength(7);
    expect(most).toBe(3);
  });

  it('tries a busy model once more and fails as one', async () => {
    upstream.reply(refuses(429, 'ThrottlingException'), cohereAnswer);
    await expect(cohere().embedMany(['1'], 'query', aModelCall())).resolves.toHaveLength(1);

    upstream.reply(refuses(400, 'ValidationException'));
    await expect(cohere().embedMany(['1'], 'query', aModelCall())).rejects.toMatchObject({ code: 'bedrock.invalid-request' });
  });

  it('ends when the caller leaves', async () => {
    const controller = new AbortController();
    upstream.reply(hangs);
    const embedding = cohere().embedMany(['1'], 'query', aModelCall(controller.signal));
    await until('the request', () => upstream.requests.length === 1);
    controller.abort();

    await expect(embedding).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('asks for nothing without texts, or with one that is too long', async () => {
    await expect(cohere().embedMany([], 'query', aModelCall())).resolves.toEqual([]);
    await expect(cohere().embedMany(['ok', 'x'.repeat(2_049)], 'query', aModelCall())).rejects.toMatchObject({ kind: 'invalid' });
    await expect(titan(2).embedMany(['ok', ' '], 'query', aModelCall())).rejects.toMatchObject({ kind: 'invalid' });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('unitVector', () => {
  it('keeps the direction, and leaves zero alone', () => {
    expect([...unitVector(Float32Array.from([3, 4]))].map((value) => Math.round(value * 10) / 10)).toEqual([0.6, 0.8]);
    expect([...unitVector(Float32Array.from([0, 0]))]).toEqual([0, 0]);
  });
});
