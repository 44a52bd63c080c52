import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConverseCommand, InvokeModelCommand, type BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { answers, BedrockEndpoint, refuses } from '../testing/index.ts';
import { openBedrockClient } from './bedrock-client.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const MODEL = { modelId: 'anthropic.claude-3-haiku-20240307-v1:0' };

describe('the lean client', () => {
  let upstream: BedrockEndpoint;
  let client: BedrockRuntimeClient;
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    client = openBedrockClient({ endpoint: upstream.url, maxConnections: 4 });
  });
  afterEach(async () => {
    client.destroy();
    await upstream.close();
  });

  it('still says who is calling, and signs', async () => {
    upstream.reply(answers({}));

    await client.send(new InvokeModelCommand({ ...MODEL, body: '{}' }));

    expect(upstream.requests[0]?.headers).toMatchObject({
      'user-agent': expect.stringMatching(/^aws-sdk-js\/\d\S* ua\/\S+ os\/\S+ lang\/js md\/nodejs#\d\S* api\/bedrock-runtime#\d\S*$/),
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/us-east-1\/bedrock\/aws4_request/),
    });
  });

  it('gives the body of InvokeModel as it came, with the count of the headers', async () => {
    upstream.reply((response) => response.writeHead(200, { 'x-amzn-bedrock-input-token-count': '7' }).end('{"漫画":1}'));

    const output = await client.send(new InvokeModelCommand({ ...MODEL, body: '{}' }));

    expect(Buffer.from(output.body).toString('utf8')).toBe('{"漫画":1}');
    expect(output).toMatchObject({ inputTokenCount: 7 });
  });

  it('leaves Converse to the SDK, which knows what is bytes', async () => {
    const content = [{ reasoningContent: { redactedContent: 'AAEC' } }];
    upstream.reply(answers({ output: { message: { role: 'assistant', content } }, stopReason: 'end_turn' }));

    const { output } = await client.send(new ConverseCommand({ ...MODEL, messages: [{ role: 'user', content: [{ text: 'x' }] }] }));

    expect([...(output?.message?.content?.[0]?.reasoningContent?.redactedContent ?? [])]).toEqual([0, 1, 2]);
  });

  it('lets the SDK read errors', async () => {
    upstream.reply(refuses(429, 'ThrottlingException'));

    await expect(client.send(new InvokeModelCommand({ ...MODEL, body: '{}' }))).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
    expect(upstream.requests).toHaveLength(1);
  });
});
