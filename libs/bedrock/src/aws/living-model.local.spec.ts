import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startBedrockLocal, type BedrockLocal } from '@manga-assist/bedrock-local';
import { Cl100kTokenEstimator, collectAnswer, openBedrockLanguageModel, openModelCatalogue, PromptCacheReport, type BedrockLanguageModelOptions, type LanguageModel, type ModelRequest } from '../index.ts';
import { aModelCall, RecordedLedger } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const SONNET = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
const ask = {
  invoke: (model: LanguageModel, request: ModelRequest) => model.invoke(request, aModelCall()),
  stream: (model: LanguageModel, request: ModelRequest) => collectAnswer(model.stream(request, aModelCall())),
  converse: (model: LanguageModel, request: ModelRequest) => model.converse(request, aModelCall()),
  'converse-stream': (model: LanguageModel, request: ModelRequest) => collectAnswer(model.converseStream(request, aModelCall())),
};

describe('a model of today on a local Bedrock', () => {
  let bedrock: BedrockLocal;
  let ledger: RecordedLedger;
  let report: PromptCacheReport;
  const models: LanguageModel[] = [];
  beforeAll(async () => {
    bedrock = await startBedrockLocal();
  });
  afterAll(() => bedrock.close());
  beforeEach(async () => {
    await fetch(`${bedrock.url}/_admin/reset`, { method: 'POST', body: '{}' });
    ledger = new RecordedLedger();
    report = new PromptCacheReport(ledger);
  });
  afterEach(async () => {
    for (const model of models.splice(0)) await model.close();
  });

  function open(options: Partial<BedrockLanguageModelOptions> = {}): LanguageModel {
    const model = openBedrockLanguageModel({ ledger: report, endpoint: bedrock.url, catalogue: openModelCatalogue({ sonnet: SONNET }), ...options });
    models.push(model);
    return model;
  }
  const request = (changes: Partial<ModelRequest> = {}): ModelRequest => ({
    model: 'sonnet',
    system: 'You sell manga.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Do you have One Piece?' }] }],
    maxTokens: 300,
    ...changes,
  });

  it.each(Object.entries(ask))('finds by %s the prompt that it has written to the cache, and pays less for it', async (operation, asked) => {
    const model = open();
    const long = request({ system: `You sell manga by ${operation}. ${'Be kind, brief and exact. '.repeat(400)}` });

    const first = await asked(model, long);
    const second = await asked(model, long);

    expect(first.usage.cacheWriteInputTokens).toBeGreaterThan(1_024);
    expect(second.usage).toMatchObject({ cacheReadInputTokens: first.usage.cacheWriteInputTokens, cacheWriteInputTokens: 0 });
    expect(ledger.entries.map(({ usage, costUsd }) => [usage, costUsd])).toEqual([first, second].map(({ usage, costUsd }) => [usage, costUsd]));
    expect(report.figures[SONNET]).toMatchObject({ calls: 2, readTokens: second.usage.cacheReadInputTokens, writtenTokens: first.usage.cacheWriteInputTokens });
    expect(report.figures[SONNET]?.savedUsd).toBeGreaterThan(0);
  });

  it.each(Object.entries(ask))('pays by %s what an hour in the cache costs for what is kept there so long', async (operation, asked) => {
    const model = open({ promptCacheTtls: { system: '1h' } });

    const { usage, costUsd } = await asked(model, request({ system: `You lend manga by ${operation}. ${'Be kind, brief and exact. '.repeat(400)}` }));

    expect(usage.cacheWriteInputTokens).toBeGreaterThan(1_024);
    expect(usage.cacheWrite1hInputTokens).toBe(usage.cacheWriteInputTokens);
    expect(costUsd).toBeCloseTo((3 * usage.inputTokens + 6 * usage.cacheWriteInputTokens + 15 * usage.outputTokens) / 1e6, 9);
  });

  it.each(Object.entries(ask))('is stopped by a guardrail in %s', async (_, asked) => {
    const model = open({ guardrail: { identifier: 'abc123', version: '1' } });

    const answer = await asked(model, request({ messages: [{ role: 'user', content: [{ type: 'text', text: 'is mangapirate any good?' }] }] }));

    expect(answer).toMatchObject({ stopReason: 'guardrail_intervened', text: 'Sorry, the model cannot answer this question.' });
  });

  it.each([
    ['Japanese', 'この漫画は少年が海賊王を目指して仲間と旅をする物語です。'],
    ['English', 'A boy made of rubber sails with his crew to become king of the pirates. '],
  ])('teaches the estimator of %s what it really counts', async (_, sentence) => {
    const estimator = new Cl100kTokenEstimator({ smoothing: 1 });
    const model = open({ estimator });
    const text = sentence.repeat(40);
    const { profile } = openModelCatalogue({ sonnet: SONNET }).served('sonnet');

    const { usage } = await model.converse(request({ system: text }), aModelCall());

    const counted = usage.inputTokens + usage.cacheReadInputTokens + usage.cacheWriteInputTokens;
    const prompt = `${text}\nDo you have One Piece?`;
    expect(Math.abs(estimator.estimate(prompt, profile) - counted)).toBeLessThanOrEqual(2);
    expect(new Cl100kTokenEstimator().estimate(prompt, profile)).not.toBe(estimator.estimate(prompt, profile));
  });
});
