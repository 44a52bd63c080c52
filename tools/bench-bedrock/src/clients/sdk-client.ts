import { BedrockRuntimeClient, ConverseStreamCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent } from 'node:http';
import { MAX_TOKENS, MODEL_ID, QUESTION, StreamWatch, SYSTEM, type BenchClient, type StreamSeen } from './bench-client.ts';

export type SdkTransport = 'default' | 'shared-http2' | 'keep-alive';

/** The SDK as it comes: no policy, no price, no ledger; only the transport is chosen. */
export class SdkClient implements BenchClient {
  readonly #client: BedrockRuntimeClient;

  constructor(endpoint: string, transport: SdkTransport) {
    this.#client = new BedrockRuntimeClient({ endpoint, maxAttempts: 1, ...handlerOf(transport) });
  }

  async invoke(): Promise<void> {
    const body = JSON.stringify({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: MAX_TOKENS,
      system: SYSTEM,
      messages: [{ role: 'user', content: [{ type: 'text', text: QUESTION }] }],
    });
    const output = await this.#client.send(new InvokeModelCommand({ modelId: MODEL_ID, contentType: 'application/json', accept: 'application/json', body }));
    const answer = JSON.parse(new TextDecoder().decode(output.body)) as { stop_reason?: string };
    if (answer.stop_reason !== 'end_turn') throw new Error('the answer has no end');
  }

  async stream(): Promise<StreamSeen> {
    const watch = new StreamWatch();
    const output = await this.#client.send(
      new ConverseStreamCommand({
        modelId: MODEL_ID,
        system: [{ text: SYSTEM }],
        messages: [{ role: 'user', content: [{ text: QUESTION }] }],
        inferenceConfig: { maxTokens: MAX_TOKENS },
      }),
    );
    for await (const event of output.stream ?? []) {
      const text = event.contentBlockDelta?.delta?.text;
      if (text !== undefined) watch.token(text);
    }
    return watch.seen;
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }
}

function handlerOf(transport: SdkTransport) {
  switch (transport) {
    case 'default':
      return {};
    case 'shared-http2':
      return { requestHandler: new NodeHttp2Handler({}) };
    case 'keep-alive':
      return { requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 256 }) }) };
  }
}
