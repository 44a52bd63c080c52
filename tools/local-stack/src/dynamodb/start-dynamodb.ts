import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { listen } from '../listen.ts';
import type { RunningServer } from '../running-server.ts';
import './condition-failures.ts';
import { isAnswerable, refusal, type Body } from './dynalite.ts';
import { Engine } from './engine.ts';
import { Gate } from './gate.ts';
import { TimeToLive } from './time-to-live.ts';
import { Transactions } from './transactions.ts';

/** DynamoDB's limit on a request: 16 MiB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** DynamoDB on loopback and in memory: dynalite with transactions, TTL and `ReturnValuesOnConditionCheckFailure`. */
export async function startDynamodb(options: { port: number; ttlSweepMs: number }): Promise<RunningServer> {
  const engine = new Engine();
  const gate = new Gate();
  const transactions = new Transactions(engine);
  const timeToLive = new TimeToLive(engine, gate, options.ttlSweepMs);

  const answer = (operation: string, request: Body): Promise<Body> => {
    switch (operation) {
      case 'TransactWriteItems':
        return gate.exclusive(() => transactions.write(request));
      case 'TransactGetItems':
        return gate.exclusive(() => transactions.read(request));
      case 'UpdateTimeToLive':
        return timeToLive.update(request);
      case 'DescribeTimeToLive':
        return timeToLive.describe(request);
      default:
        return gate.shared(() => engine.run(operation, request));
    }
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, answer).then(
      ({ status, body }) => send(outgoing, status, body),
      () => outgoing.destroy(), // the caller went away in the middle of its request
    );
  });
  // Longer than any SDK client keeps an idle connection, so that none is closed under a request.
  server.keepAliveTimeout = 65_000;
  const close = async () => {
    server.closeAllConnections();
    await timeToLive.stop();
    await engine.close();
  };
  try {
    return await listen(server, options.port, 'http', close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function handle(incoming: IncomingMessage, answer: (operation: string, request: Body) => Promise<Body>): Promise<{ status: number; body: Body }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if ((bytes += chunk.length) > MOST_BYTES) return { status: 413, body: {} };
    chunks.push(chunk);
  }
  if (incoming.method === 'GET') return { status: 200, body: { status: 'ok' } };
  try {
    const operation = String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    return { status: 200, body: await answer(operation, parsed(Buffer.concat(chunks).toString('utf8'))) };
  } catch (error) {
    if (isAnswerable(error)) return { status: error.statusCode, body: error.body };
    process.stderr.write(`DynamoDB: ${error instanceof Error ? error.stack : String(error)}\n`);
    return { status: 500, body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'The local DynamoDB failed' } };
  }
}

function parsed(text: string): Body {
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch {
    value = undefined;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw refusal('SerializationException', 'The request is not a JSON object');
  }
  return value as Body;
}

function send(outgoing: ServerResponse, status: number, body: Body): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
  outgoing.end(JSON.stringify(body));
}
