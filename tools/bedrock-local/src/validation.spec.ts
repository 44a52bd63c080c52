import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConverseCommand, InvokeModelCommand, type BedrockRuntimeClient, type ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from './index.ts';
import { failure, HAIKU, messagesBody, openClient, SONNET_4_5, TITAN, userSays } from './testing/sdk-clients.ts';

let server: BedrockLocal;
let client: BedrockRuntimeClient;
beforeAll(async () => {
  server = await startBedrockLocal();
  client = openClient(server.url);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const converse = (more: Partial<ConverseCommandInput>): Promise<Error & { $metadata?: { httpStatusCode?: number } }> =>
  failure(client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')], ...more })));
const invoke = (body: string, modelId = HAIKU): Promise<Error & { $metadata?: { httpStatusCode?: number } }> =>
  failure(client.send(new InvokeModelCommand({ modelId, body })));

const call = { toolUse: { toolUseId: 'tooluse_1', name: 'search', input: {} } };
const result = { toolResult: { toolUseId: 'tooluse_1', content: [{ text: 'ok' }] } };
const toolConfig = { tools: [{ toolSpec: { name: 'search', inputSchema: { json: { type: 'object' } } } }] };

describe('Converse refuses', () => {
  const cases: [string, Partial<ConverseCommandInput>, RegExp][] = [
    ['a conversation without messages', { messages: [] }, /^A conversation must start with a user message/],
    ['a conversation that the assistant starts', { messages: [{ role: 'assistant', content: [{ text: 'hi' }] }] }, /^A conversation must start with a user message/],
    ['two user messages in a row', { messages: [userSays('a'), userSays('b')] }, /^A conversation must alternate between user and assistant roles/],
    ['a message without content', { messages: [{ role: 'user', content: [] }] }, /^The content field in the Message object at messages\.0 is empty/],
    ['blank text', { messages: [userSays('  ')] }, /^The text field in the ContentBlock object at messages\.0\.content\.0 is blank/],
    ['an unanswered tool call', { messages: [userSays('a'), { role: 'assistant', content: [call] }, userSays('b')], toolConfig }, /^Expected toolResult blocks at messages\.2\.content for the following Ids: tooluse_1$/],
    ['an answer nobody asked for', { messages: [{ role: 'user', content: [result] }], toolConfig }, /^The number of toolResult blocks at messages\.0\.content exceeds/],
    ['tool blocks without tools', { messages: [userSays('a'), { role: 'assistant', content: [call] }, { role: 'user', content: [result] }] }, /^The toolConfig field must be defined/],
    ['more tokens than the model gives', { inferenceConfig: { maxTokens: 4097 } }, /exceeds the model limit of 4096/],
    ['a temperature above one', { inferenceConfig: { temperature: 1.5 } }, /'inferenceConfig\.temperature' failed to satisfy constraint/],
    ['temperature with top_p on Claude 4.5', { modelId: SONNET_4_5, inferenceConfig: { temperature: 0.5, topP: 0.9 } }, /^The model returned the following errors: `temperature` and `top_p` cannot both be specified/],
    ['an answer begun by the caller, from Claude 4.6 on', { modelId: 'us.anthropic.claude-sonnet-4-6', messages: [userSays('a'), { role: 'assistant', content: [{ text: 'b' }] }] }, /^The model returned the following errors: This model does not support assistant message prefill/],
    ['fields the model does not know', { modelId: SONNET_4_5, additionalModelRequestFields: { no_such: 1 } }, /^The model returned the following errors: no_such: Extra inputs are not permitted$/],
    ['fields Claude 3 does not know', { additionalModelRequestFields: { no_such: 1 } }, /^The model returned the following errors: Malformed input request: #: extraneous key \[no_such\]/],
    ['a video', { messages: [{ role: 'user', content: [{ text: 'a' }, { video: { format: 'mp4', source: { bytes: Buffer.from('x') } } }] }] }, /^This model doesn't support the video field/],
    ['more metadata than Bedrock keeps', { requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) }, /'requestMetadata' failed to satisfy constraint: Member must have length less than or equal to 16$/],
    ['a path into the reply that is none', { additionalModelResponseFieldPaths: ['stop_sequence'] }, /^Invalid Additional Model Response Field Path/],
    ['a model nobody knows', { modelId: 'anthropic.claude-9-opus-v1:0' }, /^The provided model identifier is invalid\.$/],
    ['a profile-only model by its bare id', { modelId: 'anthropic.claude-sonnet-4-6' }, /with on-demand throughput isn’t supported/],
    ['an embedding model', { modelId: TITAN }, /^This action doesn't support the model that you provided/],
  ];

  it.each(cases)('%s', async (_what, input, message) => {
    const error = await converse(input);

    expect(error.name).toBe('ValidationException');
    expect(error.$metadata?.httpStatusCode).toBe(400);
    expect(error.message).toMatch(message);
  });

  it('nothing when Claude 3 gets both sampling parameters', async () => {
    const reply = await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')], inferenceConfig: { temperature: 0.5, topP: 0.9 } }));

    expect(reply.stopReason).toBe('end_turn');
  });
});

describe('InvokeModel refuses', () => {
  const use = { type: 'tool_use', id: 'toolu_1', name: 'search', input: {} };
  const turn = (messages: unknown[]): string => messagesBody('', { messages });
  const cases: [string, string, RegExp][] = [
    ['a body without its version', JSON.stringify({ max_tokens: 5, messages: [] }), /required key \[anthropic_version\] not found/],
    ['a body without max_tokens', JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', messages: [] }), /required key \[max_tokens\] not found/],
    ['a body that is not JSON', '{"anthropic_version":', /^Malformed input request/],
    ['members it does not know', messagesBody('hi', { model: 'claude' }), /extraneous key \[model\]/],
    ['no messages', turn([]), /^messages: at least one message is required$/],
    ['two user messages in a row', turn([{ role: 'user', content: 'a' }, { role: 'user', content: 'b' }]), /roles must alternate/],
    ['empty text', turn([{ role: 'user', content: [{ type: 'text', text: '' }] }]), /text content blocks must be non-empty/],
    ['an unanswered tool call', turn([{ role: 'user', content: 'a' }, { role: 'assistant', content: [use] }, { role: 'user', content: 'b' }]), /`tool_use` ids were found without `tool_result` blocks immediately after: toolu_1/],
    ['too many tokens', messagesBody('hi', { max_tokens: 5000 }), /^max_tokens: 5000 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307$/],
    ['max_tokens that is no number', messagesBody('hi', { max_tokens: 'many' }), /max_tokens: Input should be a valid integer/],
  ];

  it.each(cases)('%s', async (_what, body, message) => {
    const error = await invoke(body);

    expect(error.name).toBe('ValidationException');
    expect(error.$metadata?.httpStatusCode).toBe(400);
    expect(error.message).toMatch(message);
  });

  it.each([
    ['a body without max_tokens', JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', messages: [] }), 'max_tokens: Field required'],
    ['members it does not know', messagesBody('hi', { model: 'claude' }), 'model: Extra inputs are not permitted'],
    ['an answer begun with a blank at its end', turn([{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b ' }]), 'messages: final assistant content cannot end with trailing whitespace'],
  ])('%s, in the words of later models', async (_what, body, message) => {
    expect(await invoke(body, SONNET_4_5)).toMatchObject({ name: 'ValidationException', message });
  });

  it('both sampling parameters on Claude 4.5', async () => {
    const error = await invoke(messagesBody('hi', { temperature: 1, top_p: 0.5 }), SONNET_4_5);

    expect(error.message).toBe('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  });
});

describe('the server', () => {
  it('refuses unknown routes as an AWS service does', async () => {
    const response = await fetch(`${server.url}/somewhere`);

    expect(response.status).toBe(404);
    expect(response.headers.get('x-amzn-errortype')).toMatch(/^UnknownOperationException:/);
  });

  it('refuses bodies above 25 MB', async () => {
    const response = await fetch(`${server.url}/model/${encodeURIComponent(HAIKU)}/converse`, { method: 'POST', body: Buffer.alloc(26 * 1024 * 1024, 32) }).catch(() => undefined);

    expect([400, undefined]).toContain(response?.status);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it('answers 404 for models whose life has ended when told so', async () => {
    const strict = await startBedrockLocal({ endOfLife: ['retired'] });
    const strictClient = openClient(strict.url);

    const error = await failure(strictClient.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('hi')] })));
    const living = await strictClient.send(new ConverseCommand({ modelId: SONNET_4_5, messages: [userSays('hi')] }));

    expect(error.name).toBe('ResourceNotFoundException');
    expect(error.message).toMatch(/reached the end of its life/);
    expect(living.stopReason).toBe('end_turn');
    strictClient.destroy();
    await strict.close();
  });
});
