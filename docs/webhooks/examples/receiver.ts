// A receiver that does everything the guide asks for: WEBHOOK_SECRET=whsec_… node docs/webhooks/examples/receiver.ts
// Needs Node 22.18 or later. Prints one line for each event, and each event once.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { verifyWebhook } from './verify.ts';

/** Both secrets, with a space between them, while you change over. */
const secrets = (process.env['WEBHOOK_SECRET'] ?? '').split(' ').filter((secret) => secret !== '');
if (secrets.length === 0) throw new Error('WEBHOOK_SECRET is not set: it was shown when the endpoint was made, or make a new one with rotate-secret');

/** Ours are below 20 kB. */
const MOST_BYTES = 64 * 1024;
const MOST_REMEMBERED = 100_000;
/** In a service with several processes: a table with the id as its key, written together with what the event changes. */
const seen = new Set<string>();

const server = createServer((request, response) => {
  take(request, response).catch((error: unknown) => {
    // A sender that hung up, most often. It sends the event again, and nobody reads an answer.
    console.error(`not taken: ${(error as Error).message}`);
    response.destroy();
  });
});

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
  const rawBody = await readBody(request);
  if (rawBody === undefined) return void response.writeHead(413, { connection: 'close' }).end();

  let event;
  try {
    event = verifyWebhook(secrets, request.headers, rawBody);
  } catch (error) {
    console.error(`refused: ${(error as Error).message}`);
    return void response.writeHead(401).end();
  }

  // The same event may come twice, also long after it was taken: it is told by its webhook-id.
  const id = String(request.headers['webhook-id']);
  if (!seen.has(id)) {
    remember(id);
    // Put it into a queue of your own here; do the work after the answer.
    console.log(JSON.stringify({ id, ...event }));
  }
  response.writeHead(204).end();
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function remember(id: string): void {
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > MOST_REMEMBERED && oldest !== undefined) seen.delete(oldest);
}

server.listen(Number(process.env['PORT'] ?? 8090), '127.0.0.1', () => {
  const address = server.address();
  console.error(`receives webhooks on http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
});
