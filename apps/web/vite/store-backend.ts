import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';

export interface StoreBackendOptions {
  /** The gateway's WebSocket as the shopper's browser reaches it. */
  chatUrl: string;
  /** The gateway's ticket route as this server reaches it. */
  ticketsUrl: string;
  apiKey: string;
  /** Where covers are shown from; empty when there are none. The same as tool-service's. */
  coversUrl: string;
}

const TICKET_LIMIT_MS = 3_000;

/** Reads CHAT_GATEWAY_URL (or CHAT_GATEWAY_PORT), CHAT_TICKETS_URL, STORE_API_KEY and COVERS_URL. */
export function storeBackendOptions(environment: NodeJS.ProcessEnv): StoreBackendOptions {
  const chatUrl = environment['CHAT_GATEWAY_URL'] || `ws://127.0.0.1:${environment['CHAT_GATEWAY_PORT'] || '3001'}/v1/chat`;
  const ticketsUrl = new URL('/v1/chat/tickets', chatUrl.replace(/^ws/, 'http'));
  return { chatUrl, ticketsUrl: environment['CHAT_TICKETS_URL'] || ticketsUrl.href, apiKey: environment['STORE_API_KEY'] || 'local', coversUrl: environment['COVERS_URL'] ?? '' };
}

/** Plays the store's own backend for `vite` and `vite preview`: it alone holds the API key. */
export function storeBackend(options: StoreBackendOptions): Plugin {
  const routes = storeRoutes(options);
  return {
    name: 'store-backend',
    configureServer: ({ middlewares }) => {
      middlewares.use(routes);
    },
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use(securityHeaders(options));
      middlewares.use(routes);
    },
  };
}

/** Only for the built page: Vite's development client needs inline scripts. */
export function securityHeaders({ chatUrl, coversUrl }: Pick<StoreBackendOptions, 'chatUrl' | 'coversUrl'>): Connect.NextHandleFunction {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data:${coversUrl === '' ? '' : ` ${new URL(coversUrl).origin}`}`,
    `connect-src 'self' ${new URL(chatUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return (_request, response, next) => {
    response.setHeader('content-security-policy', policy);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    next();
  };
}

const HEALTHY: Route = { method: 'GET', answer: () => Promise.resolve({ status: 200, body: { status: 'ok' } }) };

export function storeRoutes(options: StoreBackendOptions): Connect.NextHandleFunction {
  const routes: Readonly<Record<string, Route>> = {
    '/config.json': { method: 'GET', answer: () => Promise.resolve({ status: 200, body: { chatUrl: options.chatUrl } }) },
    '/livez': HEALTHY,
    '/readyz': HEALTHY,
    '/session/ticket': { method: 'POST', answer: (request) => ticketFor(request, options) },
  };
  return (request, response, next) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (!route) return next();
    if (request.method !== route.method && !(request.method === 'HEAD' && route.method === 'GET')) {
      response.setHeader('allow', route.method);
      return send(response, { status: 405, body: { title: 'Method not allowed' } });
    }
    void route.answer(request).then((answer) => send(response, answer));
  };
}

interface Answer {
  status: number;
  body: Readonly<Record<string, unknown>>;
}

interface Route {
  method: 'GET' | 'POST';
  answer(request: IncomingMessage): Promise<Answer>;
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.statusCode = status;
  response.setHeader('content-type', status < 400 ? 'application/json' : 'application/problem+json');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(status < 400 ? body : { status, ...body }));
}

/** A ticket is as good as being the customer for 30 seconds: only the store's own page may have one. */
async function ticketFor(request: IncomingMessage, { ticketsUrl, apiKey }: StoreBackendOptions): Promise<Answer> {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOwnPage = origin !== undefined && URL.parse(origin)?.host === host && (site === undefined || site === 'same-origin');
  if (!isOwnPage) return { status: 403, body: { title: 'Only the store’s own page may ask for a ticket' } };
  try {
    const response = await fetch(ticketsUrl, {
      method: 'POST',
      // The gateway may bind the ticket to the page that will use it.
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey, origin },
      body: '{}',
      signal: AbortSignal.timeout(TICKET_LIMIT_MS),
    });
    const answer = (await response.json()) as { ticket?: unknown; expires_in_s?: unknown };
    if (response.ok && typeof answer.ticket === 'string') return { status: 200, body: { ticket: answer.ticket, expires_in_s: answer.expires_in_s } };
    return { status: 502, body: { title: 'The chat gateway gave no ticket' } };
  } catch {
    return { status: 503, body: { title: 'The chat gateway cannot be reached' } };
  }
}
