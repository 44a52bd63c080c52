import { BedrockRuntimeClient, ConverseStreamCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent } from 'node:http';

const MODEL_ID = 'anthropic.claude-3-haiku-20240307-v1:0';

/** The baseline: the SDK's own client as one would use it, on kept connections, reading streams the SDK's way. */
export class DirectBedrock {
  readonly #client: BedrockRuntimeClient;

  constructor(endpoint: string) {
    this.#client = new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 256 }) }),
    });
  }

  async invoke(question: string): Promise<void> {
    const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 512, messages: [{ role: 'user', content: question }] });
    const reply = await this.#client.send(new InvokeModelCommand({ modelId: MODEL_ID, contentType: 'application/json', body }));
    JSON.parse(new TextDecoder().decode(reply.body));
  }

  /** Streams one answer; gives the time to its first text and the count of its text events. */
  async stream(question: string): Promise<{ firstTokenMs: number; tokens: number }> {
    const sentAt = performance.now();
    let firstTokenMs = Number.NaN;
    let tokens = 0;
    const reply = await this.#client.send(
      new ConverseStreamCommand({ modelId: MODEL_ID, messages: [{ role: 'user', content: [{ text: question }] }], inferenceConfig: { maxTokens: 1024 } }),
    );
    for await (const event of reply.stream ?? []) {
      if (event.contentBlockDelta?.delta?.text === undefined) continue;
      if (tokens++ === 0) firstTokenMs = performance.now() - sentAt;
    }
    return { firstTokenMs, tokens };
  }

  close(): void {
    this.#client.destroy();
  }
}
