import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { priceUsage } from '@manga-assist/pricing';
import { MODEL_ALIASES } from '@manga-assist/schemas';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalogueData } from './catalogue-data.ts';
import { baseModelId, openModelCatalogue } from './model-catalogue.ts';

const OPUS = 'global.anthropic.claude-opus-4-7';

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

    for (const [id, { promptCacheMinimumTokens }] of readCatalogueData().models) {
      const cached = promptCacheMinimumTokens === null ? usage : { ...usage, cacheReadInputTokens: 1, cacheWriteInputTokens: 1 };
      expect(priceUsage(id, cached, Date.UTC(2026, 10, 1)).costUsd).toBeGreaterThan(0);
    }
  });
});

describe('aliases of a deployment', () => {
  it('are served beside the others, fall back to sonnet, and are asked for by a name from the configuration', () => {
    const catalogue = openModelCatalogue({}, { aliases: [`opus=${OPUS}`, 'opus=us.anthropic.claude-opus-4-7'] });

    const opus = catalogue.aliasNamed('opus');

    expect(catalogue.ladder(opus).map(({ alias, modelId }) => `${alias} ${modelId}`)).toEqual([
      `opus ${OPUS}`,
      'opus us.anthropic.claude-opus-4-7',
      'sonnet anthropic.claude-3-sonnet-20240229-v1:0',
      'haiku anthropic.claude-3-haiku-20240307-v1:0',
    ]);
    expect(catalogue.served(opus).profile.sampling.parameters).toEqual([]);
  });

  it('may be other models behind the names that are there', () => {
    const catalogue = openModelCatalogue({}, { aliases: ['haiku=global.anthropic.claude-haiku-4-5-20251001-v1:0', 'sonnet=global.anthropic.claude-sonnet-4-6'] });

    expect(catalogue.ladder('sonnet').map(({ modelId }) => modelId)).toEqual(['global.anthropic.claude-sonnet-4-6', 'global.anthropic.claude-haiku-4-5-20251001-v1:0']);
  });

  it.each([[['opus']], [['Opus=anthropic.x']], [['auto=anthropic.claude-sonnet-4-6']], [['opus=']], [['a b=anthropic.x']]])('such as %j are refused', (aliases) => {
    expect(() => openModelCatalogue({}, { aliases })).toThrow(expect.objectContaining({ code: 'bedrock.invalid-model-data', message: expect.stringContaining(aliases[0] ?? '') }));
  });

  it('are refused for a model that nobody knows', () => {
    expect(() => openModelCatalogue({}, { aliases: ['opus=anthropic.claude-9'] })).toThrow(expect.objectContaining({ code: 'bedrock.unknown-model', message: expect.stringMatching(/^opus: /) }));
    expect(() => openModelCatalogue().aliasNamed('opus')).toThrow(expect.objectContaining({ code: 'bedrock.unknown-model' }));
    expect(() => openModelCatalogue().aliasNamed('auto')).toThrow(expect.objectContaining({ code: 'bedrock.unknown-model' }));
  });
});

describe('the model file of a deployment', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'models-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const [entry] = (JSON.parse(readFileSync(new URL('./models.json', import.meta.url), 'utf8')) as { models: Record<string, unknown>[] }).models;
  const own = { ...entry, id: 'anthropic.claude-own', name: 'Own', lifecycle: { status: 'active' } };
  const price = { modelId: own.id, from: '2026-01-01', inputPerMillionUsd: 2, outputPerMillionUsd: 4, cacheReadPerMillionUsd: null, cacheWritePerMillionUsd: null, source: 'our contract' };

  function fileWith(content: unknown): string {
    const file = join(folder, 'models.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }
  const open = (content: unknown, ...options: Parameters<typeof openModelCatalogue>) => openModelCatalogue(options[0], { ...options[1], file: fileWith(content) });

  it('brings its own models, aliases and prices, and leaves the shipped ones', () => {
    const profileArn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2';
    const catalogue = open({ models: [own], prices: [price], aliases: { jobs: { models: [{ id: profileArn, model: own.id }, own.id], fallback: 'haiku' } } });
    const jobs = catalogue.aliasNamed('jobs');

    expect(catalogue.ladder(jobs).map(({ modelId, profile }) => `${modelId} ${profile.name}`)).toEqual([`${profileArn} Own`, `${own.id} Own`, 'anthropic.claude-3-haiku-20240307-v1:0 Claude 3 Haiku']);
    expect(catalogue.baseIdOf(profileArn)).toBe(own.id);
    expect(catalogue.prices.price(own.id, { inputTokens: 1_000_000, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 }, Date.UTC(2026, 10, 1)).costUsd).toBe(2);
    expect(catalogue.served('sonnet').profile.name).toBe('Claude 3 Sonnet');
  });

  it('goes before what ships, and the settings go before the file', () => {
    const file = { models: [{ ...own, id: 'anthropic.claude-sonnet-4-6', contextTokens: 1_000_000 }], aliases: { sonnet: { models: ['anthropic.claude-sonnet-4-6'] } } };

    expect(open(file).served('sonnet')).toMatchObject({ modelId: 'anthropic.claude-sonnet-4-6', profile: { contextTokens: 1_000_000 }, fallback: undefined });
    expect(open(file, { sonnet: OPUS }).served('sonnet').modelId).toBe(OPUS);
  });

  it('warns of a model that AWS serves for a while only', () => {
    const legacy = { ...own, lifecycle: { status: 'legacy', until: '2027-01-08', replacement: 'anthropic.claude-opus-4-7' } };

    expect(open({ models: [legacy], aliases: { opus: { models: [own.id] } } }).warnings()).toContain('opus: Own is served by AWS until 2027-01-08 only; anthropic.claude-opus-4-7 replaces it.');
  });

  it.each([
    ['no id', { id: undefined }, /\/models\/0 must have required property 'id'/],
    ['no name', { name: undefined }, /anthropic\.claude-own must have required property 'name'/],
    ['an unknown lifecycle', { lifecycle: { status: 'old' } }, /anthropic\.claude-own \/lifecycle/],
    ['a retirement without a day', { lifecycle: { status: 'retired', replacement: 'anthropic.claude-sonnet-4-6' } }, /'since'/],
    ['a replacement that is not there', { lifecycle: { status: 'retired', since: '2026-01-01', replacement: 'nobody' } }, /replacement nobody/],
    ['an unknown sampling parameter', { sampling: { parameters: ['heat'], temperatureWithTopP: true } }, /"temperature", "topP", "topK"/],
    ['no context limit', { contextTokens: 0 }, /contextTokens must be >= 1/],
    ['no prompt-cache minimum', { promptCacheMinimumTokens: undefined }, /'promptCacheMinimumTokens'/],
    ['no cache times', { promptCacheTtls: undefined }, /'promptCacheTtls'/],
    ['cache times without a cache', { promptCacheTtls: ['5m'] }, /promptCacheTtls must NOT have more than 0 items/],
    ['a cache without times', { promptCacheMinimumTokens: 1_024 }, /promptCacheTtls must NOT have fewer than 1 items/],
    ['an unknown way to think', { reasoning: 'hard' }, /reasoning/],
    ['no word on JSON schemas', { jsonSchemaOutput: undefined }, /'jsonSchemaOutput'/],
    ['no burndown', { outputBurndown: undefined }, /'outputBurndown'/],
    ['no word on profiles', { needsProfile: 'yes' }, /needsProfile must be boolean/],
    ['no token factors', { tokenFactors: {} }, /'japanese'/],
    ['a mistyped field', { contextToken: 5 }, /additional properties: contextToken/],
  ])('with %s is refused, and says where', (_, change, where) => {
    expect(() => open({ models: [{ ...own, ...change }] })).toThrow(expect.objectContaining({ code: 'bedrock.invalid-model-data', message: expect.stringMatching(where) }));
    expect(open({ models: [own] }).models.length).toBeGreaterThan(0);
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['a list', [], /must be object/],
    ['a model twice', { models: [own, own] }, /twice/],
    ['an alias without models', { aliases: { opus: { models: [] } } }, /opus\/models/],
    ['an alias that a request could mean', { aliases: { auto: { models: [own.id] } } }, /aliases/],
    ['a fallback to nobody', { aliases: { opus: { models: [OPUS], fallback: 'nobody' } } }, /opus falls back to nobody/],
    ['fallbacks in a circle', { aliases: { haiku: { models: [OPUS], fallback: 'sonnet' } } }, /falls back to itself/],
  ])('with %s is refused', (_, content, where) => {
    expect(() => open(content)).toThrow(expect.objectContaining({ code: 'bedrock.invalid-model-data', message: expect.stringMatching(where) }));
  });

  it('with a wrong price is refused, and so is one that is not there', () => {
    expect(() => open({ prices: [{ ...price, from: 'soon' }] })).toThrow(expect.objectContaining({ code: 'pricing.invalid-prices' }));
    expect(() => openModelCatalogue({}, { file: join(folder, 'none.json') })).toThrow(expect.objectContaining({ code: 'bedrock.invalid-model-data', message: expect.stringContaining('ENOENT') }));
  });
});
