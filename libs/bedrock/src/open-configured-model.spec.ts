import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@manga-assist/foundation';
import { SystemTimers } from '@manga-assist/resilience';
import { collectAnswer, openConfiguredModel, type ConfiguredModel, type ModelSettings } from './index.ts';
import { aModelCall, aModelRequest, answers, BedrockEndpoint, converseFrames, hangs, streams } from './testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const AS_IT_COMES: ModelSettings = {
  ledgerTable: 'manga-fm-ledger',
  redisUrl: 'redis://127.0.0.1:1',
  haikuModelId: '',
  sonnetModelId: '',
  modelAliases: [],
  modelFile: '',
  thoroughModel: 'sonnet',
  sonnetShare: 0.2,
  modelQuotas: [],
  hedgeModels: [],
  guardrailId: '',
  guardrailVersion: 'DRAFT',
};
const HAIKU = 'global.anthropic.claude-haiku-4-5-20251001-v1:0';
const OTHER_HAIKU = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const OPUS = 'global.anthropic.claude-opus-4-7';
const HARD = 'Compare Monster and Pluto in depth: why does each author let his villain win, and which argument is the better one?';

describe('a model opened by settings', () => {
  let bedrock: BedrockEndpoint;
  let others: BedrockEndpoint;
  let lines: string[];
  const opened: ConfiguredModel[] = [];
  beforeEach(async () => {
    [bedrock, others] = [await BedrockEndpoint.start(), await BedrockEndpoint.start()];
    bedrock.reply(streams(converseFrames(['hello'])));
    others.reply(answers({}));
    lines = [];
    Object.assign(process.env, { AWS_ENDPOINT_URL: others.url, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url });
  });
  afterEach(async () => {
    for (const { closing } of opened.splice(0)) for (const close of closing) await close();
    delete process.env['AWS_ENDPOINT_URL'];
    delete process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'];
    await Promise.all([bedrock.close(), others.close()]);
  });

  function open(settings: Partial<ModelSettings> = {}): ConfiguredModel {
    const write = (...said: readonly unknown[]) => void lines.push(String(said.at(-1)));
    const model = openConfiguredModel({ ...AS_IT_COMES, ...settings }, { clock: new SystemClock(), timers: new SystemTimers(), logger: { info: write, warn: write } });
    opened.push(model);
    return model;
  }
  const ask = ({ model }: ConfiguredModel, changes = {}) => collectAnswer(model.converseStream({ ...aModelRequest('Hello'), ...changes }, aModelCall()));
  const asked = () => bedrock.requests.map(({ modelId }) => modelId);

  it('warns of what is retired on AWS, and of nothing once a living model is chosen', () => {
    open();
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^haiku: .* is retired on AWS/)]));

    lines = [];
    open({ haikuModelId: HAIKU, sonnetModelId: OPUS });
    expect(lines).toEqual([]);
  });

  it('asks who was set, and sends what is hard to the thorough one', async () => {
    const model = open({ haikuModelId: HAIKU, modelAliases: [`opus=${OPUS}`], thoroughModel: 'opus' });

    await ask(model);
    const hard = await ask(model, { ...aModelRequest(HARD), model: 'auto' });

    expect(asked()).toEqual([HAIKU, OPUS]);
    expect(hard).toMatchObject({ model: 'opus', routing: { chosen: 'opus' } });
  });

  it('asks a second profile when the first token is later than usual, of the names it is set for alone', async () => {
    const model = open({ haikuModelId: HAIKU, hedgeModels: [`haiku=${OTHER_HAIKU}`] });
    for (let call = 0; call < 50; call++) await ask(model);
    bedrock.reply((response, seen) => (seen.modelId === OTHER_HAIKU ? streams(converseFrames(['saved'])) : hangs)(response, seen));

    expect((await ask(model)).text).toBe('saved');
    expect(asked().filter((modelId) => modelId === OTHER_HAIKU)).toHaveLength(1);

    bedrock.reply(streams(converseFrames(['alone'])));
    expect((await ask(model, { model: 'sonnet' })).text).toBe('alone');
    expect(asked().filter((modelId) => modelId === OTHER_HAIKU)).toHaveLength(1);
  });

  it('lets a guardrail see every call when one is set', async () => {
    await ask(open({ guardrailId: 'abc123', guardrailVersion: '2' }));
    await ask(open());

    expect(bedrock.requests.map(({ body }) => (body as { guardrailConfig?: unknown }).guardrailConfig)).toEqual([
      expect.objectContaining({ guardrailIdentifier: 'abc123', guardrailVersion: '2' }),
      undefined,
    ]);
  });

  it.each([
    ['a thorough model of nobody', { thoroughModel: 'opus' }, 'bedrock.unknown-model'],
    ['a second model for nobody', { hedgeModels: [`opus=${OPUS}`] }, 'bedrock.unknown-model'],
    ['a second model that is the first', { haikuModelId: HAIKU, hedgeModels: [`haiku=${HAIKU}`] }, 'bedrock.invalid-hedge'],
    ['a second model nobody knows', { hedgeModels: ['haiku=anthropic.claude-9'] }, 'bedrock.unknown-model'],
  ])('refuses %s', (_, settings, code) => {
    expect(() => open(settings)).toThrow(expect.objectContaining({ code }));
  });
});
