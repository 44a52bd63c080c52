import { describe, expect, it } from '@jest/globals';
import { openModelCatalogue } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import { Cl100kTokenEstimator } from '../token-estimator.ts';
import { toAnthropicInput } from './anthropic-request.ts';
import { toConverseInput } from './converse-request.ts';
import { PromptCachePrefix } from './prompt-cache-prefix.ts';
import { checkSendable, sendableMessages } from './sendable-messages.ts';

const sonnet = openModelCatalogue().served('sonnet');
const uncached = { cachePrefix: false };

function aRequest(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'sonnet',
    system: 'You sell manga.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'ワンピースはありますか' }] }],
    maxTokens: 500,
    temperature: 0.3,
    ...changes,
  };
}

const tools = [{ name: 'search', description: 'Finds manga.', inputSchema: { type: 'object', properties: { query: { type: 'string' } } } }];

const toolRound: ModelRequest['messages'] = [
  { role: 'user', content: [{ type: 'text', text: 'Do you have it?' }] },
  { role: 'assistant', content: [{ type: 'tool-use', toolUseId: 't1', name: 'search', input: { query: 'x' } }] },
  { role: 'user', content: [{ type: 'tool-result', toolUseId: 't1', status: 'error', content: { code: 'not-found' } }] },
];

describe('a request to Converse', () => {
  it('carries system prompt, messages and limits', () => {
    expect(toConverseInput(aRequest(), sonnet, uncached)).toEqual({
      modelId: 'anthropic.claude-3-sonnet-20240229-v1:0',
      system: [{ text: 'You sell manga.' }],
      messages: [{ role: 'user', content: [{ text: 'ワンピースはありますか' }] }],
      inferenceConfig: { maxTokens: 500, temperature: 0.3 },
    });
  });

  it('carries tools, what they were asked and what they said', () => {
    const input = toConverseInput(aRequest({ tools, messages: toolRound }), sonnet, uncached);

    expect(input.toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'search', description: 'Finds manga.', inputSchema: { json: tools[0]?.inputSchema } } }],
    });
    expect(input.messages?.slice(1)).toEqual([
      { role: 'assistant', content: [{ toolUse: { toolUseId: 't1', name: 'search', input: { query: 'x' } } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 't1', status: 'error', content: [{ json: { code: 'not-found' } }] } }] },
    ]);
  });

  it('has no tool config and no tool blocks when no tools are offered', () => {
    const input = toConverseInput(aRequest({ tools: [], messages: toolRound }), sonnet, uncached);

    expect(input.toolConfig).toBeUndefined();
    expect(input.messages?.slice(1)).toEqual([
      { role: 'assistant', content: [{ text: '<tool_call name="search">{"query":"x"}</tool_call>' }] },
      { role: 'user', content: [{ text: '<tool_result status="error">{"code":"not-found"}</tool_result>' }] },
    ]);
  });

  it('marks the prefix for the prompt cache once, after the system prompt or else after the tools', () => {
    const point = { cachePoint: { type: 'default' } };

    const both = toConverseInput(aRequest({ tools }), sonnet, { cachePrefix: true });
    const onlyTools = toConverseInput(aRequest({ tools, system: '' }), sonnet, { cachePrefix: true });

    expect(both.system).toEqual([{ text: 'You sell manga.' }, point]);
    expect(both.toolConfig?.tools).toHaveLength(1);
    expect(onlyTools.system).toBeUndefined();
    expect(onlyTools.toolConfig?.tools?.at(-1)).toEqual(point);
  });
});

describe('a request to InvokeModel', () => {
  it('carries the Anthropic Messages body', () => {
    const input = toAnthropicInput(aRequest(), sonnet);

    expect(input).toMatchObject({ modelId: 'anthropic.claude-3-sonnet-20240229-v1:0', contentType: 'application/json' });
    expect(JSON.parse(String(input.body))).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 500,
      system: 'You sell manga.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'ワンピースはありますか' }] }],
      temperature: 0.3,
    });
  });
});

describe('any request', () => {
  const bodies = (request: ModelRequest, served = sonnet) => ({
    converse: toConverseInput(request, served, uncached).inferenceConfig,
    anthropic: JSON.parse(String(toAnthropicInput(request, served).body)) as Record<string, unknown>,
  });

  it('leaves out a temperature that nobody set or the model refuses', () => {
    const refusing = { ...sonnet, profile: { ...sonnet.profile, sampling: { parameters: [], temperatureWithTopP: false } } };

    for (const { converse, anthropic } of [bodies(aRequest({ temperature: undefined })), bodies(aRequest(), refusing)]) {
      expect(converse).toEqual({ maxTokens: 500 });
      expect(anthropic).not.toHaveProperty('temperature');
    }
  });

  it("asks for no more tokens than the model's limit", () => {
    const { converse, anthropic } = bodies(aRequest({ maxTokens: 100_000 }));

    expect(converse?.maxTokens).toBe(4_096);
    expect(anthropic['max_tokens']).toBe(4_096);
  });

  it('drops empty texts and merges neighbours of one role, without touching the history', () => {
    const messages: ModelRequest['messages'] = [
      { role: 'user', content: [{ type: 'text', text: 'one' }] },
      { role: 'assistant', content: [{ type: 'text', text: ' \n' }] },
      { role: 'user', content: [{ type: 'text', text: '' }, { type: 'text', text: 'two' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'three' }] },
    ];
    const before = structuredClone(messages);

    expect(sendableMessages(aRequest({ messages }), { tools: true })).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'one' }, { type: 'text', text: 'two' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'three' }] },
    ]);
    expect(messages).toEqual(before);
  });

  it('is refused when nothing would be left of it', () => {
    for (const messages of [[], [{ role: 'user' as const, content: [{ type: 'text' as const, text: '  ' }] }]]) {
      expect(() => checkSendable(aRequest({ messages }))).toThrow(expect.objectContaining({ kind: 'invalid', code: 'bedrock.invalid-request' }));
    }
  });
});

describe('the prompt cache', () => {
  const haiku = openModelCatalogue({ haiku: 'global.anthropic.claude-haiku-4-5-20251001-v1:0' }).served('haiku').profile;
  const sonnet46 = openModelCatalogue({ sonnet: 'anthropic.claude-sonnet-4-6' }).served('sonnet').profile;
  const prefix = new PromptCachePrefix(new Cl100kTokenEstimator());
  const ofTokens = (tokens: number) => 'manga '.repeat(Math.round(tokens / 1.15));

  it("takes a prefix from the model's minimum on", () => {
    const request = aRequest({ system: ofTokens(3_000) });

    expect(prefix.takes(request, sonnet46)).toBe(true);
    expect(prefix.takes(request, haiku)).toBe(false);
    expect(prefix.takes(aRequest({ system: ofTokens(4_500) }), haiku)).toBe(true);
  });

  it('counts the tools as part of the prefix', () => {
    const long = [{ name: 'search', description: ofTokens(3_000), inputSchema: {} }];

    expect(prefix.takes(aRequest({ tools: long }), sonnet46)).toBe(true);
    expect(prefix.takes(aRequest({ tools }), sonnet46)).toBe(false);
  });

  it('is not for models without one', () => {
    expect(prefix.takes(aRequest({ system: ofTokens(9_000) }), sonnet.profile)).toBe(false);
  });
});
