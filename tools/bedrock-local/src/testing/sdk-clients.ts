import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';

export type Protocol = 'h2' | 'http/1.1';
export const PROTOCOLS: readonly Protocol[] = ['h2', 'http/1.1'];

/** An SDK client as anyone would write it: endpoint, region, dummy credentials. */
export function openClient(url: string, protocol: Protocol = 'h2', more: Partial<BedrockRuntimeClientConfig> = {}): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: protocol === 'h2' ? new NodeHttp2Handler({}) : new NodeHttpHandler(),
    maxAttempts: 1,
    ...more,
  });
}

export const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
export const SONNET_4_5 = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
export const TITAN = 'amazon.titan-embed-text-v2:0';
export const COHERE = 'cohere.embed-multilingual-v3';

export function userSays(text: string): { role: 'user'; content: { text: string }[] } {
  return { role: 'user', content: [{ text }] };
}

export function messagesBody(text: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 300, messages: [{ role: 'user', content: text }], ...more });
}

/** Calls the admin API. */
export async function admin(url: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const init: RequestInit = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${url}/_admin/${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The error a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<Error & { $metadata?: { httpStatusCode?: number; attempts?: number } }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a failure');
}

/** Reads a stream to its end, or to its error. */
export async function drain<T>(stream: AsyncIterable<T> | undefined): Promise<{ events: T[]; error?: Error }> {
  const events: T[] = [];
  try {
    for await (const event of stream ?? []) events.push(event);
    return { events };
  } catch (error) {
    return { events, error: error as Error };
  }
}
