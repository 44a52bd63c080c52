import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { ConverseCommand, ConverseStreamCommand, type BedrockRuntimeClient, type ContentBlock, type ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { drain, failure, HAIKU, openClient, SONNET_4_5, userSays } from '../testing/sdk-clients.ts';

const SONNET_4_6 = 'jp.anthropic.claude-sonnet-4-6';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

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

const thinking = (value: Record<string, unknown>, more: Partial<ConverseCommandInput> = {}): ConverseCommandInput => ({
  modelId: SONNET_4_5, messages: [userSays('hello')], inferenceConfig: { maxTokens: 2_000 }, additionalModelRequestFields: { thinking: value as never }, ...more,
});

describe('thinking', () => {
  it('comes before the answer with a signature, whole and streamed alike, and may be sent back', async () => {
    const input = thinking({ type: 'enabled', budget_tokens: 1_024 });
    const whole = await client.send(new ConverseCommand(input));
    const { events } = await drain((await client.send(new ConverseStreamCommand(input))).stream);
    const deltas = events.flatMap((event) => event.contentBlockDelta ?? []);
    const first = whole.output?.message?.content?.[0]?.reasoningContent?.reasoningText;
    const again = await client.send(new ConverseCommand({ ...input, messages: [userSays('hello'), whole.output?.message ?? { role: 'assistant', content: [] }, userSays('thanks')] }));

    expect(first?.text).toMatch(/greeting/);
    expect(first?.signature).toMatch(/^[A-Za-z0-9+/]{60,}={0,2}$/);
    expect(whole.output?.message?.content?.[1]?.text).toBeTruthy();
    expect(deltas.map(({ delta }) => delta?.reasoningContent?.text ?? '').join('')).toBe(first?.text);
    expect(deltas.flatMap(({ delta }) => delta?.reasoningContent?.signature ?? [])).toEqual([first?.signature]);
    expect(events.filter((event) => event.contentBlockStart)).toEqual([]);
    expect(again.stopReason).toBe('end_turn');
  });

  it('is adaptive where the model has that, and reaches the Messages form too', async () => {
    const adaptive = await client.send(new ConverseCommand(thinking({ type: 'adaptive' }, { modelId: SONNET_4_6 })));
    const anthropic = new AnthropicBedrock({ baseURL: server.url, awsAccessKey: 'local', awsSecretKey: 'local', awsRegion: 'us-east-1' });
    const message = await anthropic.messages.stream({ model: SONNET_4_5, max_tokens: 2_000, thinking: { type: 'enabled', budget_tokens: 1_024 }, messages: [{ role: 'user', content: 'hello' }] }).finalMessage();

    expect(adaptive.output?.message?.content?.[0]?.reasoningContent).toBeDefined();
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
  });

  const refusals: [string, ConverseCommandInput, RegExp][] = [
    ['a budget below the least', thinking({ type: 'enabled', budget_tokens: 100 }), /greater than or equal to 1024/],
    ['a budget that leaves nothing for the answer', thinking({ type: 'enabled', budget_tokens: 2_000 }), /must be greater than `thinking\.budget_tokens`/],
    ['a model that cannot', thinking({ type: 'enabled', budget_tokens: 1_024 }, { modelId: HAIKU }), /not supported by this model/],
    ['a temperature', thinking({ type: 'enabled', budget_tokens: 1_024 }, { inferenceConfig: { maxTokens: 2_000, temperature: 0.2 } }), /may only be set to 1/],
  ];

  it.each(refusals)('is refused with %s', async (_what, input, message) => {
    expect((await failure(client.send(new ConverseCommand(input)))).message).toMatch(message);
  });
});

describe('images and documents', () => {
  const send = (...content: ContentBlock[]) => client.send(new ConverseCommand({ modelId: HAIKU, messages: [{ role: 'user', content }] }));
  const text = { text: 'hello' };
  const image = (bytes: Uint8Array, format: 'png' | 'jpeg' = 'png') => ({ image: { format, source: { bytes } } });
  const document = (name: string) => ({ document: { name, format: 'txt' as const, source: { bytes: Buffer.from('よつばと!') } } });

  it('are accepted and counted', async () => {
    const plain = await send(text);
    const rich = await send(text, image(PNG), document('notes'));

    expect(rich.stopReason).toBe('end_turn');
    expect(rich.usage?.inputTokens).toBeGreaterThan((plain.usage?.inputTokens ?? 0) + 1_000);
  });

  const refusals: [string, ContentBlock[], RegExp][] = [
    ['an image that is none', [text, image(Buffer.from('not an image'))], /does not appear to be a image\/png image/],
    ['an image of another kind', [text, image(PNG, 'jpeg')], /does not appear to be a image\/jpeg image/],
    ['an image that is too large', [text, image(Buffer.concat([PNG, Buffer.alloc(3_800_000)]))], /image exceeds 3\.75 MB/],
    ['twenty-one images', [text, ...Array.from({ length: 21 }, () => image(PNG))], /more than the maximum of 20/],
    ['a document without words', [document('notes')], /text block must be included/],
    ['a document with a strange name', [text, document('../notes.txt')], /document file name can only contain/],
  ];

  it.each(refusals)('are refused: %s', async (_what, content, message) => {
    const error = await failure(send(...content));

    expect(error.name).toBe('ValidationException');
    expect(error.message).toMatch(message);
  });
});

describe('structured output', () => {
  it('follows the JSON schema, whole and streamed', async () => {
    const schema = JSON.stringify({ type: 'object', properties: { flagged: { type: 'boolean' }, decision: { type: 'string', enum: ['approve', 'reject'] } }, required: ['flagged', 'decision'] });
    const input: ConverseCommandInput = { modelId: SONNET_4_5, messages: [userSays('What a lovely book.')], outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema, name: 'verdict' } } } } };
    const whole = await client.send(new ConverseCommand(input));
    const { events } = await drain((await client.send(new ConverseStreamCommand(input))).stream);

    expect(JSON.parse(whole.output?.message?.content?.[0]?.text ?? '')).toEqual({ flagged: false, decision: 'approve' });
    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? []).join('')).toBe(whole.output?.message?.content?.[0]?.text);
  });
});
