import { createServer } from 'node:http';

/** The baseline of cache hits: reads the body, answers one and the same text, does nothing else. */
const ANSWER = JSON.stringify({ response: 'x'.repeat(1_500), cached: true });

// Connections wait while others are measured; Node would close them after 5 s.
createServer({ keepAliveTimeout: 65_000 }, (incoming, reply) => {
  incoming.resume().on('end', () => {
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(ANSWER) });
    reply.end(ANSWER);
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
