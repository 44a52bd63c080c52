import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ModelCatalogue, openBedrockLanguageModel, openModelCatalogue, type LanguageModel } from '../index.ts';
import { aModelCall, aModelRequest, answers, BedrockEndpoint, RecordedLedger, refuses } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const served = openModelCatalogue().served('haiku');
/** 2,100 tokens, of which 100 are for the answer. */
const catalogue = new ModelCatalogue([{ ...served, profile: { ...served.profile, contextTokens: 2_100 } }]);
/** About 1.15 tokens a word. */
const promptOf = (tokens: number) => aModelRequest('manga '.repeat(Math.round(tokens / 1.15)), { system: '', maxTokens: 100 });

const hello = answers({ content: [{ type: 'text', text: 'Hello' }], stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 1 } });
const counts = (inputTokens: number) => answers({ inputTokens });

describe('a prompt', () => {
  let upstream: BedrockEndpoint;
  let ledger: RecordedLedger;
  let model: LanguageModel;
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    ledger = new RecordedLedger();
    model = openBedrockLanguageModel({ ledger, catalogue, endpoint: upstream.url });
  });
  afterEach(async () => {
    await model.close();
    await upstream.close();
  });
  const asked = () => upstream.requests.map(({ operation }) => operation);

  it('that is far from the limit is sent without being counted', async () => {
    upstream.reply(hello);

    await model.invoke(promptOf(1_000), aModelCall());

    expect(asked()).toEqual(['invoke']);
  });

  it('near the limit is counted by Bedrock, and sent when it fits', async () => {
    upstream.reply(counts(1_990), hello);

    await expect(model.invoke(promptOf(2_050), aModelCall())).resolves.toMatchObject({ text: 'Hello' });

    expect(asked()).toEqual(['count-tokens', 'invoke']);
  });

  it('that Bedrock counts beyond the limit is not sent, and costs nothing', async () => {
    upstream.reply(counts(2_001));

    await expect(model.invoke(promptOf(1_950), aModelCall())).rejects.toMatchObject({ kind: 'invalid', code: 'bedrock.prompt-too-long', details: { tokens: 2_001, limitTokens: 2_000, source: 'counted' } });

    expect([asked(), ledger.entries]).toEqual([['count-tokens'], []]);
  });

  it('that is far beyond the limit is not even counted', async () => {
    await expect(model.converse(promptOf(4_000), aModelCall())).rejects.toMatchObject({ code: 'bedrock.prompt-too-long', details: { source: 'estimated' } });

    expect(asked()).toEqual([]);
  });

  it('near the limit is left to Bedrock when it could not be counted', async () => {
    upstream.reply(refuses(404, 'ResourceNotFoundException'), hello);

    await expect(model.invoke(promptOf(2_100), aModelCall())).resolves.toMatchObject({ text: 'Hello' });
  });
});
