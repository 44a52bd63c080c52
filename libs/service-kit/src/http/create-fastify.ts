import { AppError } from '@manga-assist/foundation';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Doorkeeper } from '../access/doorkeeper.ts';
import { acceptJsonBodies } from '../body/json-body.ts';
import type { KnownRoutes } from './known-routes.ts';
import { toServiceError } from './problem.ts';
import { refuseBrokenHttp } from './refuse-broken-http.ts';
import { requestIdOf } from './request-id.ts';
import type {} from './request-state.ts';
import { sendProblem } from './send-problem.ts';

const MOST_BODY_BYTES = 64 * 1024;
const MOST_HEADER_BYTES = 16 * 1024;
/** Longer than the load balancer's 60 s: the side that closes first must not be ours, or a request is lost (502). */
const KEEP_ALIVE_MS = 65_000;
const HEADERS_MS = 66_000;
/** For the whole request to arrive. */
const ARRIVAL_MS = 30_000;

export interface FastifyParts {
  routes: KnownRoutes;
  requestTimeoutMs: number;
  isDraining(): boolean;
  /** Resolves when the drain has ended. */
  hasEnded(): Promise<void>;
  /** Asked per request, because the ports it needs exist only after the application has started. */
  doorkeeper(): Doorkeeper;
}

/** Fastify with our limits, and one hook that does for every request what Nest would do in four. */
export function createFastify(parts: FastifyParts): { adapter: FastifyAdapter; fastify: FastifyInstance } {
  const adapter = new FastifyAdapter({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: ARRIVAL_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { maxHeaderSize: MOST_HEADER_BYTES },
    requestIdHeader: false,
    genReqId: requestIdOf,
    // Requests that were on their way when the drain began are still answered.
    return503OnClosing: false,
    // Nothing here is Express middleware.
    skipMiddie: true,
    clientErrorHandler: refuseBrokenHttp,
    // An address that cannot be decoded fails before any hook.
    frameworkErrors: (error: Error, request: unknown, reply: unknown) => refuse(error, request as FastifyRequest, reply as FastifyReply),
  });
  // Nest closes the server before the adapters behind it: the moment to wait for running requests.
  const close = adapter.close.bind(adapter);
  adapter.close = () => parts.hasEnded().then(close);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.server.headersTimeout = HEADERS_MS;
  fastify.decorate('requestTimeoutMs', parts.requestTimeoutMs);
  fastify.decorateRequest('caller', undefined);
  fastify.decorateRequest('serviceCaller', undefined);
  fastify.decorateRequest('endSignal', undefined);
  acceptJsonBodies(fastify);

  fastify.addHook('onRoute', (route) => {
    const { method, url, config } = route;
    if (config?.mostBodyBytes !== undefined) route.bodyLimit = config.mostBodyBytes;
    // The address that the CORS plugin answers preflights on.
    if (url === '*' && method === 'OPTIONS') return;
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} must say who may use it: @RequireScope, @RequireServiceToken or @Public.`);
    parts.routes.add(method, url);
    parts.routes.credentials.add(config.access.kind);
  });

  fastify.addHook('onRequest', (request, reply, done) => {
    setCommonHeaders(request, reply);
    if (parts.isDraining()) reply.raw.setHeader('connection', 'close');
    if (request.headers['content-encoding'] !== undefined) {
      done(new AppError('invalid', 'request.unsupported-encoding', 'The body must not be compressed.'));
      return;
    }
    const { access } = request.routeOptions.config;
    // Without a route there is nothing to guard: the router's miss is answered next.
    if (access === undefined || access.kind === 'public') {
      done();
      return;
    }
    parts.doorkeeper().admit(request, access).then(() => done(), done);
  });
  return { adapter, fastify };
}

function refuse(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  setCommonHeaders(request, reply);
  sendProblem(toServiceError(error), request, reply);
}

/** On the raw response, so that an event stream that is written by hand carries them as well. */
function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const response = reply.raw;
  response.setHeader('x-request-id', request.id);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
}
