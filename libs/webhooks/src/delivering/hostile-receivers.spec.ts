import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { Webhook } from 'standardwebhooks';
import { newSecret } from '../secrets/secret-box.ts';
import { signedHeaders } from '../secrets/signed-headers.ts';
import { ATTEMPT_TIMEOUT_MS, SocketWebhookSender } from './socket-webhook-sender.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook-sender.ts';

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
const HOST = 'hooks.receiver.jp';
const secret = newSecret();
const body = Buffer.from('{"title":"鬼滅の刃"}');
const { signal } = new AbortController();

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listening<T extends Server>(server: T): Promise<{ server: T; port: number }> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

const timers = new StoppedTimers();
const senderWith = (more: { ca?: string } = {}): SocketWebhookSender =>
  new SocketWebhookSender({ policy: { ports: [443], allowedNetworks: ['127.0.0.0/8'] }, clock: new SystemClock(), timers, resolve: async () => ['127.0.0.1'], ...more });
const requestTo = (url: string): WebhookRequest => ({ url, body, headers: signedHeaders('evt_1', Date.now(), body, [secret]) });

/** What comes of a webhook to a receiver that answers so. */
async function sentTo(answer: RequestListener): Promise<WebhookAnswer> {
  const { port } = await listening(createHttpServer(answer));
  return senderWith().send(requestTo(`http://${HOST}:${port}/hook?shop=1`), signal);
}

/** The same to one that speaks what it likes. */
async function sentToRaw(onRequest: (socket: Socket) => void): Promise<WebhookAnswer> {
  const { port } = await listening(createServer((socket) => void socket.on('error', () => undefined).once('data', () => onRequest(socket))));
  return senderWith().send(requestTo(`http://${HOST}:${port}/`), signal);
}

describe('a webhook’s receiver', () => {
  it('gets exactly the bytes that were signed, over a connection that is used once', async () => {
    const requests: { request: IncomingMessage; text: string; port: number | undefined }[] = [];
    const { port } = await listening(
      createHttpServer(async (request, answer) => {
        const { remotePort } = request.socket;
        let text = '';
        for await (const chunk of request.setEncoding('utf8')) text += chunk;
        requests.push({ request, text, port: remotePort });
        answer.writeHead(204).end();
      }),
    );
    const sender = senderWith();
    const url = `http://${HOST}:${port}/hook?shop=1`;

    const answers = [await sender.send(requestTo(url), signal), await sender.send(requestTo(url), signal)];

    expect(answers).toEqual([
      { outcome: 'delivered', httpStatus: 204 },
      { outcome: 'delivered', httpStatus: 204 },
    ]);
    const [first, second] = requests;
    expect(first).toMatchObject({ text: body.toString(), request: { method: 'POST', url: '/hook?shop=1' } });
    expect(first?.request.headers).toMatchObject({ host: `${HOST}:${port}`, 'content-type': 'application/json', 'user-agent': 'MangaAssist-Webhooks/1.0', connection: 'close' });
    expect(new Webhook(secret).verify(first?.text ?? '', first?.request.headers as Record<string, string>)).toEqual({ title: '鬼滅の刃' });
    expect(first?.port).toEqual(expect.any(Number));
    expect(first?.port).not.toBe(second?.port);
  });

  it.each<[number, WebhookAnswer['outcome']]>([
    [200, 'delivered'],
    [202, 'delivered'],
    [299, 'delivered'],
    [301, 'redirected'],
    [304, 'redirected'],
    [307, 'redirected'],
    [400, 'refused'],
    [404, 'refused'],
    [410, 'gone'],
    [429, 'throttled'],
    [500, 'refused'],
    [502, 'throttled'],
    [503, 'refused'],
    [504, 'throttled'],
  ])('that answers %i has it %s', async (httpStatus, outcome) => {
    expect(await sentTo((_, answer) => void answer.writeHead(httpStatus, { location: '/elsewhere' }).end())).toEqual({ outcome, httpStatus });
  });

  it('may ask for a pause, in seconds or until a date', async () => {
    const inTwoMinutes = new Date(Date.now() + 120_000).toUTCString();

    const bySeconds = await sentTo((_, answer) => void answer.writeHead(429, { 'retry-after': '120' }).end());
    const byDate = await sentTo((_, answer) => void answer.writeHead(503, { 'retry-after': inTwoMinutes }).end());

    expect(bySeconds).toEqual({ outcome: 'throttled', httpStatus: 429, retryAfterMs: 120_000 });
    expect(byDate).toEqual({ outcome: 'refused', httpStatus: 503, retryAfterMs: expect.any(Number) });
    expect(byDate.retryAfterMs).toBeGreaterThan(110_000);
    expect(byDate.retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    [
      'answers a byte a moment for ever',
      (_, answer) => {
        const drip = setInterval(() => void answer.write('.'), 5);
        answer.writeHead(200).once('close', () => clearInterval(drip));
      },
    ],
    ['sends its head and no more', (_, answer) => void answer.writeHead(200, { 'content-length': '10' }).flushHeaders()],
    [
      'says 103 again and again',
      (_, answer) => {
        const hints = setInterval(() => void answer.writeEarlyHints({ link: '</a>; rel=preload' }), 5);
        answer.once('close', () => clearInterval(hints));
      },
    ],
  ])('that %s is left after fifteen seconds', async (_, behave) => {
    let isClosed = false;
    let hasRequest = false;
    const sent = sentTo((request, answer) => {
      hasRequest = true;
      request.socket.once('close', () => (isClosed = true));
      behave(request, answer);
    });
    await until('the request', () => hasRequest);

    timers.advance(ATTEMPT_TIMEOUT_MS - 1);
    expect(await Promise.race([sent, new Promise((resolve) => setImmediate(resolve, 'still waiting'))])).toBe('still waiting');
    timers.advance(1);

    expect(await sent).toEqual({ outcome: 'timed-out' });
    await until('the end of the connection', () => isClosed);
    expect(timers.pending).toBe(0);
  });

  it('that takes no connection further than the handshake of TCP is left too', async () => {
    let hasConnection = false;
    const { port } = await listening(
      createServer((socket) => {
        hasConnection = true;
        socket.on('error', () => undefined).resume();
      }),
    );
    const sent = senderWith().send(requestTo(`https://${HOST}:${port}/`), signal);
    await until('the connection', () => hasConnection);

    timers.advance(ATTEMPT_TIMEOUT_MS);

    expect(await sent).toEqual({ outcome: 'timed-out' });
  });

  it('that answers with ten gigabytes is read no further than it must', async () => {
    const tenGigabytes = 10 * 1024 ** 3;
    let written = 0;
    let isClosed = false;
    const chunk = Buffer.alloc(64 * 1024, '.');
    const before = process.memoryUsage.rss();

    const answer = await sentTo((_, response) => {
      response.writeHead(200, { 'content-length': String(tenGigabytes) }).once('close', () => (isClosed = true));
      const pour = (): void => {
        for (let isWanted = true; isWanted && written < tenGigabytes && !isClosed; ) {
          written += chunk.length;
          isWanted = response.write(chunk);
        }
      };
      response.on('drain', pour).on('error', () => undefined);
      pour();
    });

    expect(answer).toEqual({ outcome: 'delivered', httpStatus: 200 });
    await until('the end of the connection', () => isClosed);
    // What the kernel's buffers take, and not what it had to say.
    expect(written).toBeLessThan(32 * 1024 * 1024);
    expect(process.memoryUsage.rss() - before).toBeLessThan(128 * 1024 * 1024);
  });

  it.each<[string, NonNullable<WebhookAnswer['obstacle']>, (socket: Socket) => void]>([
    ['resets the connection', 'connection', (socket) => void socket.resetAndDestroy()],
    ['hangs up', 'connection', (socket) => void socket.end()],
    ['breaks off in the middle of its answer', 'connection', (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')],
    ['speaks no HTTP', 'answer', (socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ['has a megabyte of headers', 'answer', (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n'.repeat(25_000)}\r\n`)],
    ['has headers without an end', 'answer', (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx-filler: ${'x'.repeat(1_000_000)}`)],
    ['has two lengths', 'answer', (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')],
  ])('that %s was not reached', async (_, obstacle, behave) => {
    expect(await sentToRaw(behave)).toEqual({ outcome: 'unreachable', obstacle });
  });

  it.each<[string, string]>([
    ['with an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['without one', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('that answers 101 %s has refused it, and is left at once', async (_, answer) => {
    let isClosed = false;
    const sent = sentToRaw((socket) => void socket.once('close', () => (isClosed = true)).write(answer));

    expect(await sent).toEqual({ outcome: 'refused', httpStatus: 101 });
    await until('the end of the connection', () => isClosed);
    expect(timers.pending).toBe(0);
  });

  it('that is not there was not reached', async () => {
    const { server, port } = await listening(createServer());
    await new Promise((resolve) => server.close(resolve));
    servers.length = 0;

    expect(await senderWith().send(requestTo(`http://${HOST}:${port}/`), signal)).toEqual({ outcome: 'unreachable', obstacle: 'connection' });
  });

  it('that answers before it has read the request is heard', async () => {
    expect(await sentTo((request, answer) => void answer.writeHead(200).end(() => request.destroy()))).toEqual({ outcome: 'delivered', httpStatus: 200 });
  });
});

describe('a webhook’s receiver by TLS', () => {
  const secure = (listener: RequestListener) => listening(createTlsServer({ key: fixture('key'), cert: fixture('cert') }, listener));

  it('is asked for by its name and must prove to have it', async () => {
    const names: unknown[] = [];
    const { port } = await secure((request, answer) => {
      names.push((request.socket as unknown as { servername: unknown }).servername);
      answer.writeHead(204).end();
    });
    const [trusting, wary] = [senderWith({ ca: fixture('cert') }), senderWith()];

    expect(await trusting.send(requestTo(`https://${HOST}:${port}/`), signal)).toEqual({ outcome: 'delivered', httpStatus: 204 });
    expect(await wary.send(requestTo(`https://${HOST}:${port}/`), signal)).toEqual({ outcome: 'unreachable', obstacle: 'tls' });
    expect(await trusting.send(requestTo(`https://other.receiver.jp:${port}/`), signal)).toEqual({ outcome: 'unreachable', obstacle: 'tls' });
    expect(names).toEqual([HOST]);
  });

  it('that speaks plain HTTP there is not answered to', async () => {
    let requests = 0;
    const { port } = await listening(createHttpServer(() => void requests++));

    expect(await senderWith({ ca: fixture('cert') }).send(requestTo(`https://${HOST}:${port}/`), signal)).toEqual({ outcome: 'unreachable', obstacle: 'tls' });
    expect(requests).toBe(0);
  });
});

describe('a webhook that is being sent', () => {
  it('ends with the signal of its sender, which is no failure of the receiver', async () => {
    const stopping = new AbortController();
    const { port } = await listening(createHttpServer(() => stopping.abort()));

    await expect(senderWith().send(requestTo(`http://${HOST}:${port}/`), stopping.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(senderWith().send(requestTo(`http://${HOST}:${port}/`), stopping.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
