import { describe, expect, it } from '@jest/globals';
import { openModelCatalogue } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import { Cl100kTokenEstimator } from '../token-estimator.ts';
import { PromptCachePlan, type PromptCacheTtls } from './prompt-cache-plan.ts';

const profileOf = (sonnet: string) => openModelCatalogue({ sonnet }).served('sonnet').profile;
const minimum2048 = profileOf('anthropic.claude-sonnet-4-6');
const minimum4096 = openModelCatalogue({ haiku: 'global.anthropic.claude-haiku-4-5-20251001-v1:0' }).served('haiku').profile;
const withoutCache = openModelCatalogue().served('sonnet').profile;

const ofTokens = (tokens: number) => 'manga '.repeat(Math.round(tokens / 1.15));
const toolOf = (tokens: number) => [{ name: 'search', description: ofTokens(tokens), inputSchema: {} }];
const user = (text: string): ModelRequest['messages'][number] => ({ role: 'user', content: [{ type: 'text', text }] });
const assistant = (text: string): ModelRequest['messages'][number] => ({ role: 'assistant', content: [{ type: 'text', text }] });

function pointsFor(request: Partial<ModelRequest>, profile = minimum2048, ttls?: PromptCacheTtls) {
  const whole = { model: 'sonnet' as const, system: 'You sell manga.', messages: [user('Hello')], maxTokens: 10, ...request };
  return new PromptCachePlan(new Cl100kTokenEstimator(), ttls).pointsFor(whole, profile);
}

describe('the prompt-cache plan', () => {
  it("caches a section from the model's minimum on", () => {
    const request = { system: ofTokens(3_000) };

    expect(pointsFor(request, minimum2048)).toEqual({ system: '5m' });
    expect(pointsFor(request, minimum4096)).toEqual({});
    expect(pointsFor({ system: ofTokens(4_500) }, minimum4096)).toEqual({ system: '5m' });
  });

  it('counts a section together with those before it', () => {
    expect(pointsFor({ tools: toolOf(1_500), system: ofTokens(1_000) })).toEqual({ system: '5m' });
    expect(pointsFor({ tools: toolOf(2_500) })).toEqual({ tools: '5m', system: '5m' });
    expect(pointsFor({ tools: toolOf(2_500), system: '' })).toEqual({ tools: '5m' });
    expect(pointsFor({ messages: [user(ofTokens(1_200)), assistant(ofTokens(1_200)), user('And?')] })).toEqual({ history: '5m' });
  });

  it('does not cache the question of a conversation that has only begun', () => {
    expect(pointsFor({ messages: [user(ofTokens(3_000))] })).toEqual({});
    expect(pointsFor({ messages: [user('Hi'), assistant('Hello'), user('And?')] })).toEqual({});
  });

  it('never keeps a section longer than the one before it, nor longer than the model can', () => {
    const all = { tools: toolOf(2_500), messages: [user('Hi'), assistant('Hello'), user('And?')] };
    const onlyShort = { ...minimum2048, promptCacheTtls: ['5m' as const] };

    expect(pointsFor(all, minimum2048, { tools: '1h', system: '1h' })).toEqual({ tools: '1h', system: '1h', history: '5m' });
    expect(pointsFor(all, minimum2048, { tools: '5m', system: '1h', history: '1h' })).toEqual({ tools: '5m', system: '5m', history: '5m' });
    expect(pointsFor(all, minimum2048, { system: '1h', tools: '1h', history: '1h' })).toEqual({ tools: '1h', system: '1h', history: '1h' });
    expect(pointsFor(all, onlyShort, { tools: '1h' })).toEqual({ tools: '5m', system: '5m', history: '5m' });
  });

  it('is empty for models without a cache', () => {
    expect(pointsFor({ system: ofTokens(9_000) }, withoutCache)).toEqual({});
  });
});
