import { describe, expect, it } from '@jest/globals';
import { priceUsage } from '@manga-assist/pricing';
import { MODEL_ALIASES } from '@manga-assist/schemas';
import { readFileSync } from 'node:fs';
import { baseModelId, openModelCatalogue } from './model-catalogue.ts';
import { readModelProfiles } from './model-profile.ts';

const json = readFileSync(new URL('./models.json', import.meta.url), 'utf8');

describe('the model catalogue', () => {
  it("has the brief's models behind the aliases, and says that AWS has retired them", () => {
    const catalogue = openModelCatalogue();

    expect(catalogue.served('haiku')).toMatchObject({ modelId: 'anthropic.claude-3-haiku-20240307-v1:0', profile: { lifecycle: { since: '2026-09-10' } } });
    expect(catalogue.served('sonnet')).toMatchObject({ modelId: 'anthropic.claude-3-sonnet-20240229-v1:0', profile: { lifecycle: { status: 'retired' } } });
    expect(catalogue.warnings()).toEqual([
      'haiku: Claude 3 Haiku is retired on AWS since 2026-09-10; anthropic.claude-haiku-4-5-20251001-v1:0 replaces it.',
      'sonnet: Claude 3 Sonnet is retired on AWS since 2025-07; anthropic.claude-sonnet-4-6 replaces it.',
    ]);
  });

  it('serves every alias that callers may ask for', () => {
    expect(openModelCatalogue().models.map(({ alias }) => alias).sort()).toEqual([...MODEL_ALIASES].sort());
  });

  it.each([
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'us-gov.anthropic.claude-haiku-4-5-20251001-v1:0',
    'jp.anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
  ])('takes %s by configuration alone', (haiku) => {
    const served = openModelCatalogue({ haiku }).served('haiku');

    expect(served).toMatchObject({ modelId: haiku, profile: { id: 'anthropic.claude-haiku-4-5-20251001-v1:0', promptCacheMinimumTokens: 4_096 } });
    expect(baseModelId(haiku)).toBe(served.profile.id);
  });

  it('warns of a living model that AWS serves through a profile only', () => {
    const catalogue = openModelCatalogue({ haiku: 'anthropic.claude-haiku-4-5-20251001-v1:0', sonnet: 'global.anthropic.claude-sonnet-4-6' });

    expect(catalogue.warnings()).toEqual([expect.stringMatching(/^haiku: .*global\.anthropic/)]);
  });

  it('refuses an id it does not know and names those it knows', () => {
    expect(() => openModelCatalogue({ sonnet: 'anthropic.claude-9' })).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'bedrock.unknown-model', message: expect.stringMatching(/"anthropic\.claude-9".*anthropic\.claude-sonnet-4-6/) }),
    );
  });

  it('falls back from the dearer model to the cheaper one, and from that to nobody', () => {
    const catalogue = openModelCatalogue();
    const aliases = (alias: 'haiku' | 'sonnet') => catalogue.ladder(alias).map((rung) => rung.alias);

    expect(aliases('sonnet')).toEqual(['sonnet', 'haiku']);
    expect(aliases('haiku')).toEqual(['haiku']);
  });

  it('asks other profiles of the same alias before another alias', () => {
    const catalogue = openModelCatalogue({ sonnet: 'us.anthropic.claude-sonnet-4-6, global.anthropic.claude-sonnet-4-6' });

    expect(catalogue.ladder('sonnet').map(({ alias, modelId }) => `${alias} ${modelId}`)).toEqual([
      'sonnet us.anthropic.claude-sonnet-4-6',
      'sonnet global.anthropic.claude-sonnet-4-6',
      'haiku anthropic.claude-3-haiku-20240307-v1:0',
    ]);
    expect(catalogue.models).toHaveLength(3);
  });

  it('leaves the choice of a model to a router', () => {
    expect(() => openModelCatalogue().served('auto')).toThrow(expect.objectContaining({ kind: 'invalid', code: 'bedrock.unknown-model' }));
  });

  it('does not fall back to the same model under another alias', () => {
    const same = 'global.anthropic.claude-sonnet-4-6';

    expect(openModelCatalogue({ haiku: same, sonnet: same }).ladder('sonnet')).toHaveLength(1);
  });

  it('has a price for every model', () => {
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };

    for (const [id, { promptCacheMinimumTokens }] of readModelProfiles(json)) {
      const cached = promptCacheMinimumTokens === null ? usage : { ...usage, cacheReadInputTokens: 1, cacheWriteInputTokens: 1 };
      expect(priceUsage(id, cached, Date.UTC(2026, 10, 1)).costUsd).toBeGreaterThan(0);
    }
  });
});

describe('the model data', () => {
  const [entry] = JSON.parse(json) as [Record<string, unknown>];

  it.each([
    ['no id', { id: undefined }],
    ['no name', { name: undefined }],
    ['an unknown lifecycle', { lifecycle: { status: 'old' } }],
    ['a retirement without a day', { lifecycle: { status: 'retired', replacement: 'anthropic.claude-3-haiku-20240307-v1:0' } }],
    ['a replacement that is not there', { lifecycle: { status: 'retired', since: '2026-01-01', replacement: 'nobody' } }],
    ['an unknown sampling parameter', { sampling: { parameters: ['heat'], temperatureWithTopP: true } }],
    ['no context limit', { contextTokens: 0 }],
    ['no prompt-cache minimum', { promptCacheMinimumTokens: undefined }],
    ['no cache times', { promptCacheTtls: undefined }],
    ['cache times without a cache', { promptCacheTtls: ['5m'] }],
    ['an unknown way to think', { reasoning: 'hard' }],
    ['no word on JSON schemas', { jsonSchemaOutput: undefined }],
    ['no burndown', { outputBurndown: undefined }],
    ['no word on profiles', { needsProfile: 'yes' }],
    ['no token factors', { tokenFactors: {} }],
  ])('with %s are refused', (_, change) => {
    const lifecycle = { status: 'active' };

    expect(() => readModelProfiles(JSON.stringify([{ ...entry, lifecycle, ...change }]))).toThrow(
      expect.objectContaining({ code: 'bedrock.invalid-model-data' }),
    );
    expect(readModelProfiles(JSON.stringify([{ ...entry, lifecycle }])).size).toBe(1);
  });

  it('that are no list, an empty one, or name a model twice are refused', () => {
    for (const wrong of [{}, [], [{ ...entry, lifecycle: { status: 'active' } }, { ...entry, lifecycle: { status: 'active' } }]]) {
      expect(() => readModelProfiles(JSON.stringify(wrong))).toThrow(expect.objectContaining({ code: 'bedrock.invalid-model-data' }));
    }
  });
});
