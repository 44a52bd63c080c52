import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RestApiConfig } from './config.ts';

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, x-api-key, x-request-id',
  'access-control-max-age': '600',
};

/**
 * Lets browsers call from the configured origins, and from no other: an origin is compared whole.
 *
 * Our own rather than the framework's plugin, which costs every caller that is no browser as well.
 */
export function allowOrigins(app: NestFastifyApplication): void {
  const allowed = new Set(app.get(RestApiConfig).allowedOrigins);

  // Before any hook, so that a browser can also read why it was refused.
  const server: Server = app.getHttpServer();
  server.prependListener('request', ({ headers: { origin } }: IncomingMessage, response: ServerResponse) => {
    if (origin === undefined) return;
    response.setHeader('vary', 'Origin');
    if (!allowed.has(origin)) return;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'retry-after, x-request-id');
  });

  app.getHttpAdapter().getInstance().addHook('onRequest', ({ method, headers }, reply, done) => {
    if (method !== 'OPTIONS' || headers.origin === undefined || headers['access-control-request-method'] === undefined) return done();
    reply.code(204).headers(allowed.has(headers.origin) ? PREFLIGHT : {}).send();
  });
}
