import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/**
 * A tool-service that always says the same: what the real one (TOOL_SERVICE_URL) said the first time.
 * So a caller is measured without the work of searching, which is measured by itself.
 */
const answers = new Map<string, Promise<Buffer>>();

// Connections wait while others are measured; Node would close them after 5 s.
createServer({ keepAliveTimeout: 65_000 }, async (incoming, reply) => {
  const path = incoming.url ?? '/';
  const body = await bodyOf(incoming);
  if (path === '/livez') return void reply.end();
  let answer = answers.get(path);
  if (answer === undefined) answers.set(path, (answer = askRealOne(path, incoming.method ?? 'GET', incoming.headers, body)));
  const bytes = await answer;
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  reply.end(bytes);
}).listen(Number(process.env['PORT']), '127.0.0.1');

async function askRealOne(path: string, method: string, { authorization = '' }: IncomingHttpHeaders, body: Buffer): Promise<Buffer> {
  const answer = await fetch(new URL(path, process.env['TOOL_SERVICE_URL']), {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  });
  if (!answer.ok) throw new Error(`tool-service said ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
