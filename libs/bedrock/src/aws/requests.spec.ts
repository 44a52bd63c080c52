import { describe, expect, it } from '@jest/globals';
import { openModelCatalogue } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import { toAnthropicInput } from './anthropic-request.ts';
import { toConverseInput } from './converse-request.ts';
import { checkSendable, sendableMessages } from './sendable-messages.ts';

const sonnet = openModelCatalogue().served('sonnet');
const sonnet45 = openModelCatalogue({ sonnet: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0' }).served('sonnet');

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
    expect(toConverseInput(aRequest(), sonnet)).toEqual({
      modelId: 'anthropic.claude-3-sonnet-20240229-v1:0',
      system: [{ text: 'You sell manga.' }],
      messages: [{ role: 'user', content: [{ text: 'ワンピースはありますか' }] }],
      inferenceConfig: { maxTokens: 500, temperature: 0.3 },
    });
  });

  it('carries tools, what they were asked and what they said', () => {
    const input = toConverseInput(aRequest({ tools, messages: toolRound }), sonnet);

    expect(input.toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'search', description: 'Finds manga.', inputSchema: { json: tools[0]?.inputSchema } } }],
    });
    expect(input.messages?.slice(1)).toEqual([
      { role: 'assistant', content: [{ toolUse: { toolUseId: 't1', name: 'search', input: { query: 'x' } } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 't1', status: 'error', content: [{ json: { code: 'not-found' } }] } }] },
    ]);
  });

  it('has no tool config and no tool blocks when no tools are offered', () => {
    const input = toConverseInput(aRequest({ tools: [], messages: toolRound }), sonnet);

    expect(input.toolConfig).toBeUndefined();
    expect(input.messages?.slice(1)).toEqual([
      { role: 'assistant', content: [{ text: '<tool_call name="search">{"query":"x"}</tool_call>' }] },
      { role: 'user', content: [{ text: '<tool_result status="error">{"code":"not-found"}</tool_result>' }] },
    ]);
  });

  it('ends each section that the prompt cache is to keep with a cache point', () => {
    const point = { cachePoint: { type: 'default' } };

    const input = toConverseInput(aRequest({ tools, messages: toolRound }), sonnet, { cachePoints: { tools: '1h', system: '5m', history: '5m' } });

    expect(input.toolConfig?.tools?.slice(1)).toEqual([{ cachePoint: { type: 'default', ttl: '1h' } }]);
    expect(input.system).toEqual([{ text: 'You sell manga.' }, point]);
    expect(input.messages?.map(({ content }) => content?.length)).toEqual([1, 1, 2]);
    expect(input.messages?.at(-1)?.content?.at(-1)).toEqual(point);
  });

  it('lets a model think first, sends its thoughts back as they came, and no temperature', () => {
    const messages: ModelRequest['messages'] = [
      { role: 'user', content: [{ type: 'text', text: 'Do you have it?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Let me look.', signature: 'c2ln' },
          { type: 'reasoning', redacted: 'AAEC' },
          { type: 'tool-use', toolUseId: 't1', name: 'search', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool-result', toolUseId: 't1', status: 'success', content: {} }] },
    ];
    const request = aRequest({ tools, messages, maxTokens: 4_000, reasoning: { budgetTokens: 2_000 } });

    const input = toConverseInput(request, sonnet45);

    expect(input.additionalModelRequestFields).toEqual({ thinking: { type: 'enabled', budget_tokens: 2_000 } });
    expect(input.inferenceConfig).toEqual({ maxTokens: 4_000 });
    expect(input.messages?.[1]?.content?.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: 'Let me look.', signature: 'c2ln' } } },
      { reasoningContent: { redactedContent: Buffer.from([0, 1, 2]) } },
    ]);
  });

  it('keeps thoughts from a model that cannot think', () => {
    const messages: ModelRequest['messages'] = [
      ...aRequest().messages,
      { role: 'assistant', content: [{ type: 'reasoning', text: 'Hm.' }, { type: 'text', text: 'Yes.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Sure?' }] },
    ];

    const input = toConverseInput(aRequest({ tools, messages, reasoning: { budgetTokens: 2_000 } }), sonnet);

    expect(input.messages?.[1]).toEqual({ role: 'assistant', content: [{ text: 'Yes.' }] });
    expect(input.additionalModelRequestFields).toBeUndefined();
    expect(input.inferenceConfig).toEqual({ maxTokens: 500, temperature: 0.3 });
  });

  it('carries pictures and documents', () => {
    const bytes = Buffer.from('GIF89a');
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image' as const, format: 'gif' as const, bytes },
      { type: 'document' as const, format: 'md' as const, name: 'Price list', bytes },
    ];

    const input = toConverseInput(aRequest({ messages: [{ role: 'user', content }] }), sonnet);

    expect(input.messages?.[0]?.content?.slice(1)).toEqual([
      { image: { format: 'gif', source: { bytes } } },
      { document: { format: 'md', name: 'Price list', source: { bytes } } },
    ]);
  });

  it('holds a model to a JSON schema, and asks one that cannot be held in words', () => {
    const outputSchema = { name: 'mood', schema: { type: 'object', properties: { mood: { type: 'string' } } } };

    const held = toConverseInput(aRequest({ outputSchema }), sonnet45);
    const asked = toConverseInput(aRequest({ outputSchema }), sonnet);

    expect(held.outputConfig?.textFormat).toEqual({
      type: 'json_schema',
      structure: { jsonSchema: { name: 'mood', schema: JSON.stringify(outputSchema.schema) } },
    });
    expect(held.system).toEqual([{ text: 'You sell manga.' }]);
    expect(asked.outputConfig).toBeUndefined();
    expect(asked.system?.[0]?.text).toContain(JSON.stringify(outputSchema.schema));
  });

  it('names the guardrail, and never asks for its trace', () => {
    const guardrail = { identifier: 'gr-1', version: '3' };

    expect(toConverseInput(aRequest(), sonnet, { guardrail }).guardrailConfig).toEqual({ guardrailIdentifier: 'gr-1', guardrailVersion: '3' });
    expect(toAnthropicInput(aRequest(), sonnet, { guardrail })).toMatchObject({ guardrailIdentifier: 'gr-1', guardrailVersion: '3' });
  });

  it('says to the guardrail of a stream, and to no other, whether words may be shown before they are checked', () => {
    const modes = (streamMode: 'sync' | 'async' | undefined, streams: boolean) => {
      const guardrail = { identifier: 'gr-1', version: '3', ...(streamMode && { streamMode }) };
      const { body } = toAnthropicInput(aRequest(), sonnet, { guardrail, streams });
      return [toConverseInput(aRequest(), sonnet, { guardrail, streams }).guardrailConfig?.streamProcessingMode, (JSON.parse(String(body)) as Record<string, unknown>)['amazon-bedrock-guardrailConfig']];
    };

    expect(modes('async', true)).toEqual(['async', { streamProcessingMode: 'ASYNCHRONOUS' }]);
    expect(modes(undefined, true)).toEqual(['sync', undefined]);
    expect(modes('async', false)).toEqual([undefined, undefined]);
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

  it('marks the end of each section that the prompt cache is to keep', () => {
    const messages: ModelRequest['messages'] = [
      ...aRequest().messages,
      { role: 'assistant', content: [{ type: 'text', text: 'Yes.' }] },
      { role: 'user', content: [{ type: 'text', text: 'And this?' }, { type: 'image', format: 'gif', bytes: Buffer.from('GIF89a') }] },
    ];

    const { body } = toAnthropicInput(aRequest({ messages }), sonnet45, { cachePoints: { system: '1h', history: '5m' } });

    const sent = JSON.parse(String(body)) as { system: unknown; messages: { content: Record<string, unknown>[] }[] };
    expect(sent.system).toEqual([{ type: 'text', text: 'You sell manga.', cache_control: { type: 'ephemeral', ttl: '1h' } }]);
    expect(sent.messages.map(({ content }) => content.map((block) => block['cache_control']))).toEqual([[undefined], [undefined], [undefined, { type: 'ephemeral' }]]);
  });
});

describe('any request', () => {
  const bodies = (request: ModelRequest, served = sonnet) => ({
    converse: toConverseInput(request, served).inferenceConfig,
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
