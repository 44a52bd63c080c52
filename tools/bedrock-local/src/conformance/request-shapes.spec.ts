import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BedrockClient, GetFoundationModelCommand, ListFoundationModelsCommand, paginateListInferenceProfiles } from '@aws-sdk/client-bedrock';
import {
  ConverseCommand, ConverseStreamCommand, CountTokensCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand,
  type BedrockRuntimeClient, type ConverseCommandInput,
} from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { drain, failure, HAIKU, messagesBody, openClient, SONNET_4_5, userSays } from '../testing/sdk-clients.ts';

const SONNET_BASE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-lite-v1:0';
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGM4ISICRAwoFAA/XQWhvU1nNQAAAABJRU5ErkJggg==', 'base64');

let server: BedrockLocal;
let client: BedrockRuntimeClient;
let control: BedrockClient;
beforeAll(async () => {
  server = await startBedrockLocal();
  client = openClient(server.url);
  control = new BedrockClient({ endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
});
afterAll(async () => {
  client.destroy();
  control.destroy();
  await server.close();
});

const converse = (input: Partial<ConverseCommandInput>) => client.send(new ConverseCommand({ modelId: SONNET_4_5, messages: [userSays('hello')], ...input }));
const invoke = async (modelId: string, body: unknown): Promise<Record<string, unknown>> =>
  JSON.parse(Buffer.from((await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }))).body).toString()) as Record<string, unknown>;

describe('Converse tells again', () => {
  it('the tier and the latency that were asked for', async () => {
    const asked = { serviceTier: { type: 'flex' as const }, performanceConfig: { latency: 'standard' as const } };
    const streamed = await drain((await client.send(new ConverseStreamCommand({ modelId: SONNET_4_5, messages: [userSays('hello')], ...asked }))).stream);

    expect(await converse(asked)).toMatchObject(asked);
    expect(streamed.events.at(-1)?.metadata).toMatchObject(asked);
    expect(await client.send(new InvokeModelCommand({ modelId: HAIKU, body: messagesBody('hello'), serviceTier: 'priority', performanceConfigLatency: 'standard' }))).toMatchObject({ serviceTier: 'priority', performanceConfigLatency: 'standard' });
  });

  it('the fields of the model’s own reply that were asked for, whole and streamed', async () => {
    const inferenceConfig = { stopSequences: ['series'] };
    const whole = await converse({ inferenceConfig, additionalModelResponseFieldPaths: ['/stop_sequence', '/usage/input_tokens', '/nothing'] });
    const { events } = await drain((await client.send(new ConverseStreamCommand({ modelId: SONNET_4_5, messages: [userSays('hello')], inferenceConfig, additionalModelResponseFieldPaths: ['/delta/stop_sequence'] }))).stream);

    expect(whole.additionalModelResponseFields).toEqual({ stop_sequence: 'series', usage: { input_tokens: whole.usage?.inputTokens } });
    expect(events.flatMap(({ messageStop }) => messageStop?.additionalModelResponseFields ?? [])).toEqual([{ delta: { stop_sequence: 'series' } }]);
    expect(await converse({})).not.toHaveProperty('additionalModelResponseFields.stop_sequence');
  });
});

describe('Converse takes', () => {
  it('a JSON schema as a field of the model', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } }, required: ['name', 'age'], additionalProperties: false };
    const { output } = await converse({ messages: [userSays('John Smith is 30 years old.')], additionalModelRequestFields: { output_config: { format: { type: 'json_schema', schema } } } });

    expect(JSON.parse(output?.message?.content?.[0]?.text ?? '')).toEqual({ name: 'John Smith', age: 30 });
  });

  it('pictures and documents, and looks at them', async () => {
    const picture = await converse({ messages: [{ role: 'user', content: [{ text: 'What is this?' }, { image: { format: 'png', source: { bytes: PNG } } }] }] });
    const document = await converse({ messages: [{ role: 'user', content: [{ text: 'Summarize it.' }, { document: { name: 'note', format: 'txt', source: { bytes: Buffer.from('The shop closes at nine.') } } }] }] });

    expect(picture.output?.message?.content?.[0]?.text).toMatch(/^A portrait PNG picture of 2 by 3 pixels/);
    expect(document.output?.message?.content?.[0]?.text).toBe('The shop closes at nine.');
    expect(document.usage?.inputTokens).toBeLessThan(60);
  });

  it('search results and earlier citations', async () => {
    const searchResult = { source: 'https://example.com/hours', title: 'Hours', content: [{ text: 'The shop closes at nine.' }] };
    const cited = { role: 'assistant' as const, content: [{ citationsContent: { content: [{ text: 'At nine.' }], citations: [] } }] };
    const { output } = await converse({ messages: [userSays('When?'), cited, { role: 'user', content: [{ searchResult }, { text: 'Summarize it.' }] }] });

    expect(output?.message?.content?.[0]?.text).toBe('The shop closes at nine.');
  });

  it('a limit of one token, and answers with one', async () => {
    const { output, stopReason, usage } = await converse({ inferenceConfig: { maxTokens: 1 } });

    expect({ stopReason, tokens: usage?.outputTokens }).toEqual({ stopReason: 'max_tokens', tokens: 1 });
    expect(output?.message?.content?.[0]?.text).not.toBe('');
  });

  it('the beginning of an answer from models that take one', async () => {
    expect((await converse({ messages: [userSays('hello'), { role: 'assistant', content: [{ text: 'Hi' }] }] })).stopReason).toBe('end_turn');
  });

  it.each([NOVA, 'us.meta.llama3-3-70b-instruct-v1:0', 'mistral.mistral-large-2402-v1:0', 'jp.anthropic.claude-haiku-4-5-20251001-v1:0', `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${SONNET_4_5}`, `arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`])('the model %s', async (modelId) => {
    expect((await converse({ modelId })).output?.message?.content?.[0]?.text).toMatch(/series/);
  });

  it('no text where a list belongs', async () => {
    const response = await fetch(`${server.url}/model/${encodeURIComponent(HAIKU)}/converse`, { method: 'POST', body: '{"messages":[{"role":"user","content":"hi"}]}' });

    expect([response.status, response.headers.get('x-amzn-errortype')?.split(':')[0]]).toEqual([400, 'SerializationException']);
  });
});

describe('InvokeModel speaks', () => {
  it('Amazon Nova’s own form, whole and streamed', async () => {
    const body = { schemaVersion: 'messages-v1', system: [{ text: 'Be kind.' }], messages: [{ role: 'user', content: [{ text: 'hello' }] }], inferenceConfig: { max_new_tokens: 200 } };
    const whole = await invoke(NOVA, body);
    const { events } = await drain((await client.send(new InvokeModelWithResponseStreamCommand({ modelId: NOVA, body: JSON.stringify(body) }))).body);
    const chunks = events.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as Record<string, { delta?: { text?: string } }>);

    expect(whole).toMatchObject({ output: { message: { role: 'assistant', content: [{ text: expect.stringMatching(/series/) }] } }, stopReason: 'end_turn', usage: { inputTokens: expect.any(Number) } });
    expect(chunks[0]).toEqual({ messageStart: { role: 'assistant' } });
    expect(chunks.map((chunk) => chunk['contentBlockDelta']?.delta?.text ?? '').join('')).toMatch(/series/);
    expect(chunks.at(-2)).toEqual({ messageStop: { stopReason: 'end_turn' } });
    expect(chunks.at(-1)).toMatchObject({ metadata: { usage: { outputTokens: expect.any(Number) } }, 'amazon-bedrock-invocationMetrics': { outputTokenCount: expect.any(Number) } });
    expect((await failure(invoke(NOVA, { ...body, prompt: 'x' }))).message).toMatch(/extraneous key \[prompt\]/);
    expect((await failure(invoke('mistral.mistral-large-2402-v1:0', { prompt: 'x' }))).message).toMatch(/through Converse/);
  });

  it('Claude’s own tools, and refuses those that Bedrock does not have', async () => {
    const asked = (type: string) => invoke(SONNET_4_5, { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }], tools: [{ type, name: 'own' }] });

    expect(await asked('text_editor_20250728')).toMatchObject({ stop_reason: 'end_turn' });
    expect((await failure(asked('web_search_20250305'))).message).toMatch(/^tools\.0: Input tag 'web_search_20250305' found using 'type' does not match/);
  });

  it('every embedding family', async () => {
    const titan = await invoke('amazon.titan-embed-text-v1', { inputText: 'pirate' });
    const english = await invoke('cohere.embed-english-v3', { texts: ['pirate'], input_type: 'search_query' });
    const fourth = await invoke('us.cohere.embed-v4:0', { texts: ['pirate'], input_type: 'search_document', output_dimension: 256, embedding_types: ['float', 'int8', 'uint8', 'binary', 'ubinary'] });
    const lengths = Object.entries(fourth['embeddings'] as Record<string, number[][]>).map(([type, [vector]]) => [type, vector?.length, Math.max(...(vector ?? [])) <= 255]);

    expect([titan['embedding'], (english['embeddings'] as number[][])[0]].map((vector) => (vector as number[]).length)).toEqual([1536, 1024]);
    expect(lengths).toEqual([['float', 256, true], ['int8', 256, true], ['uint8', 256, true], ['binary', 32, true], ['ubinary', 32, true]]);
    expect((await failure(invoke('us.cohere.embed-v4:0', { texts: ['x'], input_type: 'search_query', output_dimension: 300 }))).message).toMatch(/output_dimension/);
  });

  it('of models whose life has ended that it has', async () => {
    expect(await failure(invoke('anthropic.claude-v2', { prompt: 'hi' }))).toMatchObject({ name: 'ResourceNotFoundException', message: expect.stringMatching(/end of its life/) });
  });
});

describe('beside the models', () => {
  it('tokens are counted by a model’s own id, and not by a profile’s', async () => {
    const input = { converse: { messages: [userSays('hello')] } };

    expect((await client.send(new CountTokensCommand({ modelId: SONNET_BASE, input }))).inputTokens).toBeGreaterThan(0);
    expect((await failure(client.send(new CountTokensCommand({ modelId: SONNET_4_5, input })))).message).toBe('The provided model identifier is invalid.');
  });

  it('inference profiles come page by page', async () => {
    const pages: number[] = [];
    const ids = new Set<string | undefined>();
    for await (const { inferenceProfileSummaries = [] } of paginateListInferenceProfiles({ client: control, pageSize: 20 }, {})) {
      pages.push(inferenceProfileSummaries.length);
      for (const { inferenceProfileId } of inferenceProfileSummaries) ids.add(inferenceProfileId);
    }

    expect(pages.slice(0, -1).every((length) => length === 20)).toBe(true);
    expect(ids.size).toBe(pages.reduce((sum, length) => sum + length, 0));
    expect(ids).toContain(SONNET_4_5);
  });

  it('other makers’ models are listed as theirs', async () => {
    const { modelSummaries = [] } = await control.send(new ListFoundationModelsCommand({ byProvider: 'Amazon', byOutputModality: 'TEXT' }));

    expect(modelSummaries.map(({ modelId }) => modelId)).toEqual(['amazon.nova-micro-v1:0', 'amazon.nova-lite-v1:0', 'amazon.nova-pro-v1:0']);
    expect((await control.send(new GetFoundationModelCommand({ modelIdentifier: 'cohere.embed-v4:0' }))).modelDetails?.outputModalities).toEqual(['EMBEDDING']);
  });
});
