import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ApplyGuardrailCommand, ConverseCommand, ConverseStreamCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand,
  type BedrockRuntimeClient, type InvokeModelCommandInput,
} from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { drain, failure, HAIKU, messagesBody, openClient, userSays } from '../testing/sdk-clients.ts';

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

const apply = (text: string, source: 'INPUT' | 'OUTPUT' = 'INPUT') =>
  client.send(new ApplyGuardrailCommand({ guardrailIdentifier: 'abc123', guardrailVersion: 'DRAFT', source, content: [{ text: { text } }] }));
const guardrailConfig = { guardrailIdentifier: 'abc123', guardrailVersion: '1', trace: 'enabled' as const };
/** The scripted model repeats what a summary is made of, so that its output has something to mask. */
const summarise = (text: string) => ({ modelId: HAIKU, system: [{ text: 'Summarize the text.' }], messages: [userSays(text)] });

describe('ApplyGuardrail', () => {
  it('lets a harmless text pass', async () => {
    expect(await apply('Do you have Yotsuba?')).toMatchObject({ action: 'NONE', outputs: [], usage: { wordPolicyUnits: 1 } });
  });

  it('masks personal data, and tells what it found', async () => {
    const reply = await apply('Write to hana@example.com or call 03-1234-5678, member MBR-123456.');

    expect(reply.action).toBe('GUARDRAIL_INTERVENED');
    expect(reply.outputs?.[0]?.text).toBe('Write to {EMAIL} or call {PHONE}, member {MEMBER_NUMBER}.');
    expect(reply.assessments?.[0]?.sensitiveInformationPolicy?.piiEntities).toEqual(expect.arrayContaining([{ match: 'hana@example.com', type: 'EMAIL', action: 'ANONYMIZED', detected: true }]));
  });

  it('blocks words and card numbers', async () => {
    const word = await apply('this is shit', 'OUTPUT');

    expect(word.outputs?.[0]?.text).toMatch(/cannot answer/);
    expect(word.assessments?.[0]?.wordPolicy?.managedWordLists?.[0]).toMatchObject({ match: 'shit', type: 'PROFANITY', action: 'BLOCKED' });
    expect((await apply('my card is 4111 1111 1111 1111')).actionReason).toBe('Guardrail blocked.');
    expect((await apply('Matsushita draws')).action).toBe('NONE');
  });

  it('refuses a guardrail or a version that cannot be', async () => {
    const error = await failure(client.send(new ApplyGuardrailCommand({ guardrailIdentifier: 'abc123', guardrailVersion: 'latest', source: 'INPUT', content: [{ text: { text: 'x' } }] })));

    expect(error.name).toBe('ValidationException');
  });
});

describe('a guardrail on Converse', () => {
  it('keeps a blocked question from the model, and traces why', async () => {
    const reply = await client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('is mangapirate any good?')], guardrailConfig }));

    expect(reply.stopReason).toBe('guardrail_intervened');
    expect(reply.usage).toMatchObject({ inputTokens: 0, outputTokens: 0 });
    expect(reply.trace?.guardrail?.inputAssessment?.['abc123']?.wordPolicy?.customWords?.[0]?.match).toBe('mangapirate');
  });

  it('masks before and after the model, and says nothing of it without trace', async () => {
    const reply = await client.send(new ConverseCommand({ ...summarise('Please write to hana@example.com about the book. She waits.'), guardrailConfig: { ...guardrailConfig, trace: 'disabled' } }));

    expect(reply.output?.message?.content?.[0]?.text).toContain('{EMAIL}');
    expect(reply.stopReason).toBe('end_turn');
    expect(reply.trace).toBeUndefined();
  });

  it('looks only at guardContent where there is any', async () => {
    const content = [{ text: 'About mangapirate:' }, { guardContent: { text: { text: 'do you have Yotsuba?' } } }];
    const reply = await client.send(new ConverseCommand({ modelId: HAIKU, messages: [{ role: 'user', content }], guardrailConfig }));

    expect(reply.stopReason).toBe('end_turn');
  });

  it.each([['sync', 'Sorry, the model cannot answer this question.'], ['async', 'Numbers such as 4111 1111 1111 1111 stay. Always.']] as const)('checks a stream, %s', async (streamProcessingMode, said) => {
    // The number comes from the system prompt, which no guardrail reads; the answer repeats it.
    const catalogue = { results: [{ manga_id: 'x', title_en: 'Card', authors: ['A'], genres: ['comedy'], description_en: 'Numbers such as 4111 1111 1111 1111 stay. Always.' }] };
    const reply = await client.send(
      new ConverseStreamCommand({ modelId: HAIKU, system: [{ text: `<catalogue_results>${JSON.stringify(catalogue)}</catalogue_results>` }], messages: [userSays('What is "Card" about?')], guardrailConfig: { ...guardrailConfig, streamProcessingMode } }),
    );
    const { events } = await drain(reply.stream);
    const text = events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? []).join('');

    expect(text).toContain(said.slice(0, 30));
    expect(events.flatMap((event) => event.messageStop?.stopReason ?? [])).toEqual(['guardrail_intervened']);
    expect(events.at(-1)?.metadata?.trace?.guardrail?.outputAssessments?.['abc123']).toHaveLength(1);
  });
});

describe('a guardrail on InvokeModel', () => {
  const guardrail = { guardrailIdentifier: 'abc123', guardrailVersion: '1', contentType: 'application/json' };
  const invoke = async (body: string, more: Partial<InvokeModelCommandInput> = {}): Promise<Record<string, unknown>> => {
    const reply = await client.send(new InvokeModelCommand({ modelId: HAIKU, body, ...guardrail, ...more }));
    return JSON.parse(Buffer.from(reply.body).toString()) as Record<string, unknown>;
  };
  const stream = async (body: string): Promise<Record<string, unknown>[]> => {
    const reply = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: HAIKU, body, ...guardrail, trace: 'ENABLED' }));
    return (await drain(reply.body)).events.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as Record<string, unknown>);
  };

  it('tells in the body whether it intervened, and why with trace', async () => {
    const blocked = await invoke(messagesBody('is mangapirate any good?'), { trace: 'ENABLED' });

    expect(await invoke(messagesBody('hello'))).toMatchObject({ 'amazon-bedrock-guardrailAction': 'NONE', stop_reason: 'end_turn' });
    expect(blocked).toMatchObject({ 'amazon-bedrock-guardrailAction': 'INTERVENED', content: [{ type: 'text', text: 'Sorry, the model cannot answer this question.' }], 'amazon-bedrock-trace': { guardrail: { input: { abc123: { wordPolicy: { customWords: [{ match: 'mangapirate', action: 'BLOCKED' }] } } } } } });
    expect(await invoke(messagesBody('hello'), { guardrailIdentifier: undefined, guardrailVersion: undefined })).not.toHaveProperty('amazon-bedrock-guardrailAction');
  });

  it('reads the whole prompt, and masks it', async () => {
    const masked = await invoke(messagesBody('Please write to hana@example.com about the book. She waits.', { system: 'Summarize the text.' }));

    expect(masked['amazon-bedrock-guardrailAction']).toBe('INTERVENED');
    expect(JSON.stringify(masked['content'])).toContain('{EMAIL}');
    expect((await invoke(messagesBody('hello', { system: 'Never speak of mangapirate.' })))['amazon-bedrock-guardrailAction']).toBe('INTERVENED');
  });

  it('reads only what is tagged where a tag suffix is given, and the tags do not reach the model', async () => {
    const tag = 'amazon-bedrock-guardrails-guardContent_x7';
    const config = { 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x7' } };
    const tagged = (text: string): string => `<${tag}>${text}</${tag}>`;
    const masked = await invoke(messagesBody(`The shop is open. ${tagged('I write to hana@example.com every day.')}`, { system: 'Summarize the text.', ...config }));

    expect(masked).toMatchObject({ 'amazon-bedrock-guardrailAction': 'INTERVENED', content: [{ text: 'The shop is open. I write to {EMAIL} every day.' }] });
    expect(await invoke(messagesBody(tagged('hello'), { system: 'Never speak of mangapirate.', ...config }))).toMatchObject({ 'amazon-bedrock-guardrailAction': 'NONE' });
    expect(await invoke(messagesBody(tagged('mangapirate'), config))).toMatchObject({ content: [{ text: 'Sorry, the model cannot answer this question.' }] });
  });

  it('tells in the last chunk of a stream', async () => {
    const chunks = await stream(messagesBody('is mangapirate any good?'));

    expect(chunks.flatMap(({ delta }) => (delta as { text?: string } | undefined)?.text ?? []).join('')).toBe('Sorry, the model cannot answer this question.');
    expect(chunks.at(-1)).toMatchObject({ type: 'message_stop', 'amazon-bedrock-guardrailAction': 'INTERVENED', 'amazon-bedrock-trace': { guardrail: { input: { abc123: {} } } }, 'amazon-bedrock-invocationMetrics': {} });
    expect((await stream(messagesBody('hello'))).at(-1)).toMatchObject({ 'amazon-bedrock-guardrailAction': 'NONE' });
  });

  it.each([
    ['no version', messagesBody('hi'), { guardrailVersion: undefined }], ['no identifier', messagesBody('hi', { 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x7' } }), { guardrailIdentifier: undefined, guardrailVersion: undefined }],
    ['another content type', messagesBody('hi'), { contentType: 'application/octet-stream' }], ['a tag suffix that is none', messagesBody('hi', { 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x 7' } }), {}],
  ])('is refused with %s', async (_, body, more) => {
    expect((await failure(invoke(body, more))).name).toBe('ValidationException');
  });
});
