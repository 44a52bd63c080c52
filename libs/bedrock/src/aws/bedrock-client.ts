import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { sendWithSignals } from './kept-stack.ts';
import { leaveOutTheNeedless } from './lean-client.ts';
import { keepRawBodies } from './raw-event-stream.ts';
import { Sha256 } from './sha256.ts';

export interface BedrockClientOptions {
  /** Only to override what the SDK finds itself (AWS_ENDPOINT_URL_BEDROCK_RUNTIME, else the region's). */
  endpoint?: string | undefined;
  /** Sockets to Bedrock, one per call in flight. The SDK's default of 50 queues the 51st stream. */
  maxConnections: number;
  /** `sdk` leaves reading answers to the SDK: the same events and errors at several times the CPU. Default `ours`. */
  streamReader?: StreamReader;
}

export type StreamReader = 'ours' | 'sdk';

/** The handshake is not part of a model's thinking time. */
const CONNECTION_TIMEOUT_MS = 3_000;

/**
 * A client that keeps its connections and tries everything once.
 *
 * The SDK's default transport makes a new connection (in production a TLS handshake) for every call.
 * HTTP/1.1 with kept connections streams for 0.6 of the CPU of one shared HTTP/2 session (whole answers
 * cost a tenth more), isolates calls from each other, and works through proxies.
 */
export function openBedrockClient({ endpoint, maxConnections, streamReader = 'ours' }: BedrockClientOptions): BedrockRuntimeClient {
  const agentOptions = { keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections, scheduling: 'lifo' } as const;
  const client = new BedrockRuntimeClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1,
    cacheMiddleware: true,
    sha256: Sha256,
    requestHandler: new NodeHttpHandler({
      httpAgent: new HttpAgent(agentOptions),
      httpsAgent: new HttpsAgent(agentOptions),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    }),
  });
  // Trying again is ours alone. The place in the stack must stay: signing stands relative to it.
  client.middlewareStack.add((next) => next, { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high', override: true });
  leaveOutTheNeedless(client);
  if (streamReader === 'ours') keepRawBodies(client.middlewareStack);
  sendWithSignals(client);
  return client;
}
