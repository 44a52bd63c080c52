import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const CONNECTION_TIMEOUT_MS = 2_000;
/** Long polls hold one each while everything else goes on beside them. */
const MOST_SOCKETS = 200;

/** A client that tries once: whoever calls knows better what may be repeated, and when. */
export function openSqsClient(): SQSClient {
  const client = new SQSClient({
    maxAttempts: 1,
    // A local endpoint would otherwise lose to the host in the queue's URL.
    useQueueUrlAsEndpoint: false,
    // TLS and SQS both check what they carry.
    md5: false,
    requestHandler: new NodeHttpHandler({ connectionTimeout: CONNECTION_TIMEOUT_MS, httpsAgent: { maxSockets: MOST_SOCKETS }, httpAgent: { maxSockets: MOST_SOCKETS } }),
  });
  // It copies every request and answer for a logger that writes nothing: 3 % of the time of a busy worker.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/** The URLs of queues, each asked for once. */
export class QueueUrls {
  readonly #client: SQSClient;
  readonly #known = new Map<string, string>();

  constructor(client: SQSClient) {
    this.#client = client;
  }

  async of(queueName: string, signal: AbortSignal): Promise<string> {
    const known = this.#known.get(queueName);
    if (known !== undefined) return known;
    const { QueueUrl = '' } = await this.#client.send(new GetQueueUrlCommand({ QueueName: queueName }), { abortSignal: signal });
    this.#known.set(queueName, QueueUrl);
    return QueueUrl;
  }
}
