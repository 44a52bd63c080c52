import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { TestClient } from '../testing/test-client.ts';
import { startGateway, type TestGateway } from '../testing/test-gateway.ts';
import { WebSocket } from 'ws';
import { OpenSockets } from './open-sockets.ts';

let gateway: TestGateway;

afterEach(() => gateway.close());

interface Refused {
  status: number;
  type: string;
  body: Record<string, unknown>;
  headers: Record<string, unknown>;
}

/** Tries to open a socket and gives the HTTP answer. */
function tryUpgrade(path: string, headers: Record<string, string> = {}): Promise<Refused> {
  const url = new URL(path, gateway.httpUrl);
  const all = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: String(response.headers['content-type']),
          body: JSON.parse(text) as Record<string, unknown>,
          headers: response.headers,
        }),
      );
    });
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, type: '', body: {}, headers: response.headers });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const ticketFor = async (body: unknown, headers: Record<string, string> = { 'x-api-key': 'local' }): Promise<Response> =>
  fetch(`${gateway.httpUrl}/v1/chat/tickets`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

describe('opening a socket', () => {
  it('greets with the session and its limits', async () => {
    gateway = await startGateway(['Hi.']);

    const client = await TestClient.connect(gateway.url, { headers: { authorization: 'Bearer local' } });

    expect(client.frames[0]).toEqual({
      type: 'hello',
      session_id: expect.stringMatching(/^ses_/),
      heartbeat_ms: 25_000,
      max_frame_bytes: 32_768,
      resume_window_s: 120,
      auth_expires_at: null,
    });
    expect(client.socket.protocol).toBe('mangaassist.v1');
  });

  it('lets a client in that offers no subprotocol', async () => {
    gateway = await startGateway(['Hi.']);

    const client = await TestClient.connect(gateway.url, { protocols: [] });

    expect((await client.ask('Hello?')).at(-1)).toMatchObject({ type: 'complete' });
  });

  it.each<[string, number, string, Record<string, string>]>([
    ['another path', 404, '/v1/other', {}],
    ['another version', 426, '/v1/chat', { 'sec-websocket-version': '8' }],
    ['another protocol', 426, '/v1/chat', { upgrade: 'h2c' }],
    ['a broken handshake key', 400, '/v1/chat', { 'sec-websocket-key': 'canary' }],
    ['an unknown subprotocol', 400, '/v1/chat', { 'sec-websocket-protocol': 'graphql-ws' }],
    ['a subprotocol twice', 400, '/v1/chat', { 'sec-websocket-protocol': 'mangaassist.v1, mangaassist.v1' }],
    ['a ticket alone', 400, '/v1/chat', { 'sec-websocket-protocol': `ticket.${'canary'.repeat(8)}` }],
    ['two credentials', 400, '/v1/chat', { 'sec-websocket-protocol': `mangaassist.v1, ticket.${'canary'.repeat(8)}`, 'x-api-key': 'local' }],
    ['a wrong key', 401, '/v1/chat', { 'x-api-key': 'canary' }],
    ['a wrong bearer', 401, '/v1/chat', { authorization: 'Bearer canary' }],
    ['another scheme', 401, '/v1/chat', { authorization: 'Basic Y2FuYXJ5' }],
    ['a wrong ticket', 401, '/v1/chat', { 'sec-websocket-protocol': `mangaassist.v1, ticket.${'canary'.repeat(8)}` }],
    ['a key that may not chat', 403, '/v1/chat', { 'x-api-key': 'query-only' }],
    ['a foreign origin', 403, '/v1/chat', { origin: 'https://canary.example' }],
    ['the null origin', 403, '/v1/chat', { origin: 'null' }],
    ['an origin with our own as its prefix', 403, '/v1/chat', { origin: 'http://127.0.0.1:4200.canary.example' }],
    ['our origin over another scheme', 403, '/v1/chat', { origin: 'https://127.0.0.1:4200' }],
  ])('refuses %s with %i before the protocol changes', async (_what, status, path, headers) => {
    gateway = await startGateway([]);

    const refused = await tryUpgrade(path, headers);

    expect(refused).toMatchObject({ status, type: 'application/problem+json', body: { status, error: expect.any(String), details: [] } });
    expect(JSON.stringify(refused)).not.toContain('canary');
    expect(gateway.logs.written).not.toContain('canary');
  });

  it('tells a plain GET that it is a WebSocket', async () => {
    gateway = await startGateway([]);

    const response = await fetch(`${gateway.httpUrl}/v1/chat`);

    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('websocket');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('lets browsers in from the store’s own pages', async () => {
    gateway = await startGateway([]);

    expect((await tryUpgrade('/v1/chat', { origin: 'http://localhost:4200' })).status).toBe(101);
  });

  it('keeps guests out when it is told to', async () => {
    gateway = await startGateway([], { allowGuests: false });

    expect((await tryUpgrade('/v1/chat')).status).toBe(401);
    expect((await tryUpgrade('/v1/chat', { 'x-api-key': 'local' })).status).toBe(101);
  });

  it('keeps guests apart from each other', async () => {
    gateway = await startGateway(() => 'Hi.');
    const one = await TestClient.connect(gateway.url);
    const other = await TestClient.connect(gateway.url);
    await one.ask('Hello?');
    const { conversation_id, turn_id, epoch } = await one.first('turn.started');

    expect(await other.ask('Go on', { conversation_id })).toMatchObject([{ type: 'error', code: 'not_found' }]);
    other.send({ type: 'chat.resume', turn_id, epoch, after_sequence: 0 });
    expect(await until('an answer', () => other.frames.find((frame) => frame.type === 'error' && frame.code === 'turn_not_found'))).toBeDefined();
  });

  it('takes no more sockets than it may', async () => {
    gateway = await startGateway([], { maxSockets: 1 });
    await TestClient.connect(gateway.url);

    expect(await tryUpgrade('/v1/chat')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  });
});

describe('a ticket', () => {
  const connectWith = (ticket: string, headers: Record<string, string> = {}): Promise<Refused> =>
    tryUpgrade('/v1/chat', { 'sec-websocket-protocol': `mangaassist.v1, ticket.${ticket}`, ...headers });

  it('opens one socket for the customer, and is repeated nowhere', async () => {
    gateway = await startGateway(['Hi.']);
    const response = await ticketFor({ customer_id: 'demo-customer-7' });
    const { ticket, expires_in_s } = (await response.json()) as { ticket: string; expires_in_s: number };

    const opened = await connectWith(ticket);
    const again = await connectWith(ticket);

    expect({ status: response.status, expires_in_s }).toEqual({ status: 201, expires_in_s: 30 });
    expect(opened).toMatchObject({ status: 101, headers: { 'sec-websocket-protocol': 'mangaassist.v1' } });
    expect(JSON.stringify([opened, again])).not.toContain(ticket);
    expect(again).toMatchObject({ status: 401, body: { code: 'chat.unauthenticated' } });
    expect(gateway.logs.written).not.toContain(ticket);
  });

  it('makes the socket the customer’s', async () => {
    gateway = await startGateway(() => 'Hi.');
    const own = await TestClient.connect(gateway.url, { headers: { 'x-api-key': 'local' } });
    await own.ask('Hello?');
    const { conversation_id } = await own.first('turn.started');
    const { ticket } = (await (await ticketFor({})).json()) as { ticket: string };

    const client = await TestClient.connect(gateway.url, { protocols: ['mangaassist.v1', `ticket.${ticket}`] });

    expect((await client.ask('Go on', { conversation_id })).at(-1)).toMatchObject({ type: 'complete' });
  });

  it('is bound to the origin it was asked for', async () => {
    gateway = await startGateway([]);
    const { ticket } = (await (await ticketFor({}, { 'x-api-key': 'local', origin: 'http://127.0.0.1:4200' })).json()) as { ticket: string };

    expect((await connectWith(ticket, { origin: 'http://localhost:4200' })).status).toBe(401);
  });

  it.each<[string, unknown, Record<string, string>, number]>([
    ['no key', {}, {}, 401],
    ['a key that may not', {}, { 'x-api-key': 'query-only' }, 403],
    ['a wrong customer id', { customer_id: 'a#b' }, { 'x-api-key': 'local' }, 400],
    ['an unknown field', { tenant_id: 'other' }, { 'x-api-key': 'local' }, 400],
  ])('is not issued for %s', async (_what, body, headers, status) => {
    gateway = await startGateway([]);

    const response = await ticketFor(body, headers);

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('an open socket', () => {
  it('whose client reads nothing is closed; its turn goes on and everybody else’s too', async () => {
    const chunk = 'x'.repeat(4_000);
    const batch = Array.from({ length: 250 }, () => ({ type: 'text-delta' as const, text: chunk }));
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
    const end = { type: 'message-end' as const, stopReason: 'end_turn' as const, usage, costUsd: 0, latencyMs: 1 };
    gateway = await startGateway(
      (_, index) => (index === 0 ? [...Array.from({ length: 24 }, () => batch), [end]] : 'Hi.'),
      // A process that is client and server at once reads nothing either while it collects garbage.
      { slowReaderMs: 1_500 },
    );
    const slow = await TestClient.connect(gateway.url, { headers: { 'x-api-key': 'local' } });
    const normal = await TestClient.connect(gateway.url);
    const sockets = gateway.service.app.get(OpenSockets);
    slow.question('A long story');
    const { turn_id, epoch } = await slow.first('turn.started');

    slow.socket.pause();
    await until('the slow socket to be closed', () => sockets.count === 1);
    const answered = await normal.ask('Hello?');
    const again = await TestClient.connect(gateway.url, { headers: { 'x-api-key': 'local' } });
    again.send({ type: 'chat.resume', turn_id, epoch, after_sequence: 0 });
    await again.ending();

    expect(answered.at(-1)).toMatchObject({ type: 'complete' });
    expect(again.tokens()).toHaveLength(24 * 250);
    expect(again.text()).toBe(chunk.repeat(24 * 250));
    slow.cut();
  });

  it('is closed when its client does not answer pings', async () => {
    gateway = await startGateway([], { heartbeatMs: 100 });
    const dead = new WebSocket(gateway.url, { autoPong: false });
    const alive = await TestClient.connect(gateway.url);
    const code = await new Promise((resolve) => dead.once('close', resolve));

    expect(code).toBe(4000);
    expect(alive.closed).toBeUndefined();
  });
});
