import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { securityHeaders, storeBackendOptions, storeRoutes } from '../vite/store-backend.ts';

const servers: Server[] = [];

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

describe('the store behind the page', () => {
  let store: string;
  let gatewayAsked: { url: string | undefined; headers: IncomingHttpHeaders }[];
  let gatewayAnswer: { status: number; body: string };

  beforeEach(async () => {
    gatewayAsked = [];
    gatewayAnswer = { status: 201, body: '{"ticket":"abc","expires_in_s":30}' };
    const gateway = await listening(
      createServer(({ url, headers }, response) => {
        gatewayAsked.push({ url, headers });
        response.writeHead(gatewayAnswer.status, { 'content-type': 'application/json' }).end(gatewayAnswer.body);
      }),
    );
    const routes = storeRoutes(storeBackendOptions({ CHAT_GATEWAY_URL: `${gateway.replace('http', 'ws')}/v1/chat`, STORE_API_KEY: 'secret-key' }));
    store = await listening(
      createServer((incoming, response) =>
        routes(incoming, response, () => {
          response.statusCode = 404;
          response.end();
        }),
      ),
    );
  });

  /** fetch refuses to set Host and Sec-Fetch-Site, so this asks as a browser or an attacker would. */
  function ask(path: string, { method = 'POST', headers = {} }: { method?: string; headers?: Record<string, string> } = {}): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const asking = request(`${store}${path}`, { method, headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => (body += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      asking.on('error', reject).end();
    });
  }

  it('tells the page where the gateway is', async () => {
    const { status, body } = await ask('/config.json', { method: 'GET' });

    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ chatUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/chat$/) });
    expect(body).not.toContain('secret-key');
  });

  it.each(['/livez', '/readyz'])('is alive and ready as soon as it answers: %s', async (path) => {
    const { status, body } = await ask(path, { method: 'GET' });

    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ status: 'ok' });
  });

  it('fetches a ticket for its own page, with the key and the page’s origin', async () => {
    const { status, body } = await ask('/session/ticket', { headers: { origin: store, 'sec-fetch-site': 'same-origin' } });

    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ ticket: 'abc', expires_in_s: 30 });
    expect(gatewayAsked).toEqual([{ url: '/v1/chat/tickets', headers: expect.objectContaining({ 'x-api-key': 'secret-key', origin: store }) }]);
  });

  it.each([
    ['no origin', {}],
    ['another origin', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site by its own word', { origin: 'OWN', 'sec-fetch-site': 'cross-site' }],
  ])('gives no ticket to %s', async (_who, headers: Record<string, string>) => {
    const { status } = await ask('/session/ticket', { headers: { ...headers, ...(headers['origin'] === 'OWN' && { origin: store }) } });

    expect(status).toBe(403);
    expect(gatewayAsked).toEqual([]);
  });

  it('gives no ticket to a GET', async () => {
    expect((await ask('/session/ticket', { method: 'GET', headers: { origin: store } })).status).toBe(405);
  });

  it.each([
    ['refuses', { status: 401, body: '{}' }],
    ['answers something else', { status: 200, body: '{"ticket":7}' }],
  ])('says 502 when the gateway %s', async (_what, answer) => {
    gatewayAnswer = answer;

    expect((await ask('/session/ticket', { headers: { origin: store } })).status).toBe(502);
  });

  it('says 503 when the gateway does not speak JSON or is not there', async () => {
    gatewayAnswer = { status: 200, body: 'hello' };

    expect((await ask('/session/ticket', { headers: { origin: store } })).status).toBe(503);
  });

  it('leaves every other path to the page', async () => {
    expect((await ask('/constructor', { method: 'GET' })).status).toBe(404);
  });
});

describe('the security headers', () => {
  it('let the page talk to itself and the gateway only', () => {
    const headers = new Map<string, unknown>();
    const response = { setHeader: (name: string, value: unknown) => headers.set(name, value) };

    securityHeaders({ chatUrl: 'ws://127.0.0.1:3001/v1/chat', coversUrl: '' })({} as never, response as never, () => undefined);

    const policy = String(headers.get('content-security-policy')).split('; ');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self' ws://127.0.0.1:3001", "base-uri 'none'", "frame-ancestors 'none'"]));
    expect(policy).toContain("img-src 'self' data:");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('lets covers be shown from the one place where they are', () => {
    const headers = new Map<string, unknown>();
    const response = { setHeader: (name: string, value: unknown) => headers.set(name, value) };

    securityHeaders({ chatUrl: 'ws://127.0.0.1:3001/v1/chat', coversUrl: 'https://covers.example/shelf/' })({} as never, response as never, () => undefined);

    expect(String(headers.get('content-security-policy')).split('; ')).toContain("img-src 'self' data: https://covers.example");
  });
});

describe('the environment', () => {
  it('has local defaults', () => {
    expect(storeBackendOptions({})).toEqual({ chatUrl: 'ws://127.0.0.1:3001/v1/chat', ticketsUrl: 'http://127.0.0.1:3001/v1/chat/tickets', apiKey: 'local', coversUrl: '' });
  });

  it('names another port, another gateway, or another way to its tickets', () => {
    expect(storeBackendOptions({ CHAT_GATEWAY_PORT: '4001' }).chatUrl).toBe('ws://127.0.0.1:4001/v1/chat');
    expect(storeBackendOptions({ CHAT_GATEWAY_URL: 'wss://chat.example/v1/chat' }).ticketsUrl).toBe('https://chat.example/v1/chat/tickets');
    expect(storeBackendOptions({ CHAT_TICKETS_URL: 'http://chat-gateway:3001/v1/chat/tickets' }).ticketsUrl).toBe('http://chat-gateway:3001/v1/chat/tickets');
  });
});
