import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@manga-assist/foundation';
import { SystemTimers } from '@manga-assist/resilience';
import { PAUSES_MS } from './delivering/schedule.ts';
import { SocketWebhookSender } from './delivering/socket-webhook-sender.ts';
import { bodyOf } from './records/stored-webhook-outbox.ts';
import { newSecret } from './secrets/secret-box.ts';
import { signedHeaders } from './secrets/signed-headers.ts';
import { anEvent } from './testing/index.ts';

const GUIDE = new URL('../../../docs/webhooks/', import.meta.url);
// By their place: they belong to no project, as they do where they are copied to.
const example = (name: string): Promise<unknown> => import(new URL(`examples/${name}.ts`, GUIDE).href);
type Verify = (secret: string, headers: Record<string, string>, body: Buffer) => unknown;
const { verifyWebhook } = (await example('verify')) as { verifyWebhook: (secrets: string[], ...rest: [headers: object, body: Buffer]) => unknown };
const { verifyWithLibrary } = (await example('verify-with-library')) as { verifyWithLibrary: Verify };
const event = anEvent();
const body = Buffer.from(bodyOf(event));
const [older, newer, other] = [newSecret(), newSecret(), newSecret()];
const signedAt = (atMs: number, secrets = [newer, older]): Record<string, string> => ({ ...signedHeaders(event.id, atMs, body, secrets) });

describe.each<[string, Verify]>([
  ['verify.ts', (secret, headers, bytes) => verifyWebhook([secret], headers, bytes)],
  ['verify-with-library.ts', verifyWithLibrary],
])('the guide’s %s', (_, verify) => {
  it('takes what we send, with the old secret and with the new', () => {
    const expected = { type: event.type, timestamp: event.timestamp, data: event.data };

    for (const secret of [older, newer]) expect(verify(secret, signedAt(Date.now()), body)).toEqual(expected);
  });

  it('takes nothing else', () => {
    const headers = signedAt(Date.now());

    expect(() => verify(other, headers, body)).toThrow();
    expect(() => verify(newer, headers, Buffer.concat([body, Buffer.from(' ')]))).toThrow();
    expect(() => verify(newer, { ...headers, 'webhook-id': 'evt_other' }, body)).toThrow();
    expect(() => verify(newer, { ...headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) + 1) }, body)).toThrow();
    expect(() => verify(newer, { ...headers, 'webhook-signature': headers['webhook-signature']?.replaceAll('v1,', 'v2,') ?? '' }, body)).toThrow();
    expect(() => verify(newer, { ...headers, 'webhook-signature': 'v1,' }, body)).toThrow();
    expect(() => verify(newer, signedAt(Date.now() - 302_000), body)).toThrow();
    expect(() => verify(newer, signedAt(Date.now() + 302_000), body)).toThrow();
    expect(() => verify(newer, {}, body)).toThrow();
  });
});

describe('the guide’s verify.py', () => {
  it('checks itself against a signature of ours', () => {
    const text = readFileSync(new URL('examples/verify.py', GUIDE), 'utf8');
    const value = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
    const [secret, payload, id, timestamp] = [/secret = "(whsec_[^"]+)"/, /body = '([^']+)'/, /"webhook-id": "([^"]+)"/, /"webhook-timestamp": "(\d+)"/].map(value);

    const headers = signedHeaders(id ?? '', Number(timestamp) * 1_000, Buffer.from(payload ?? ''), [secret as `whsec_${string}`]);

    expect(value(/"webhook-signature": "([^"]+)"/)).toBe(headers['webhook-signature']);
  });

  const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0);
  (python === undefined ? it.skip : it)(`is sound when it is run${python === undefined ? ' (skipped: there is no Python 3.9 here)' : ''}`, () => {
    const { status, stdout, stderr } = spawnSync(python ?? '', [fileURLToPath(new URL('examples/verify.py', GUIDE))], { encoding: 'utf8', timeout: 20_000 });

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'verify.py is sound\n', stderr: '' });
  });
});

describe('the guide’s receiver.ts', () => {
  let receiver: ChildProcess;
  let url: string;
  let lines: AsyncIterator<string>;
  beforeAll(async () => {
    receiver = spawn(process.execPath, [fileURLToPath(new URL('examples/receiver.ts', GUIDE))], {
      env: { PATH: process.env['PATH'], WEBHOOK_SECRET: `${newer} ${older}`, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createInterface({ input: receiver.stderr ?? process.stdin });
    lines = createInterface({ input: receiver.stdout ?? process.stdin })[Symbol.asyncIterator]();
    for await (const line of log) {
      url = /http:\/\/\S+/.exec(line)?.[0] ?? '';
      if (url !== '') break;
    }
  }, 30_000);
  afterAll(async () => {
    receiver.kill();
    if (receiver.exitCode === null && receiver.signalCode === null) await once(receiver, 'exit');
  });

  const sender = new SocketWebhookSender({ policy: { ports: [443], allowedNetworks: ['127.0.0.0/8'] }, clock: new SystemClock(), timers: new SystemTimers() });
  const send = (secret: typeof newer, id: string) => sender.send({ url, body, headers: signedHeaders(id, Date.now(), body, [secret]) }, AbortSignal.timeout(20_000));

  it('takes our webhooks, refuses others, and works on each event once', async () => {
    expect(await send(newer, 'evt_1')).toEqual({ outcome: 'delivered', httpStatus: 204 });
    expect(await send(other, 'evt_2')).toEqual({ outcome: 'refused', httpStatus: 401 });
    expect(await send(older, 'evt_1')).toEqual({ outcome: 'delivered', httpStatus: 204 });
    expect(await send(older, 'evt_3')).toEqual({ outcome: 'delivered', httpStatus: 204 });

    const printed = [await lines.next(), await lines.next()].map(({ value }) => JSON.parse(String(value)) as object);
    expect(printed).toEqual(['evt_1', 'evt_3'].map((id) => ({ id, type: event.type, timestamp: event.timestamp, data: event.data })));
  });

  it('outlives a sender that hangs up in the middle of its body', async () => {
    const { hostname, port } = new URL(url);
    for (let call = 0; call < 3; call++) {
      const socket = connect({ host: hostname, port: Number(port) });
      await once(socket, 'connect');
      socket.write('POST / HTTP/1.1\r\nhost: receiver\r\ncontent-length: 1000\r\n\r\nhalf');
      // Heard by the receiver before it is broken off: the next call is answered after it.
      expect((await fetch(url)).status).toBe(405);
      socket.resetAndDestroy();
    }

    expect(await send(newer, 'evt_4')).toEqual({ outcome: 'delivered', httpStatus: 204 });
    expect(receiver.exitCode).toBeNull();
  });

  it('refuses what is too large or no POST', async () => {
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(413);
  });
});

describe('the guide', () => {
  it('tells the schedule as it is', () => {
    const guide = readFileSync(new URL('README.md', GUIDE), 'utf8');
    const told = PAUSES_MS.map((pauseMs) => (pauseMs < 60_000 ? `${pauseMs / 1_000} s` : pauseMs < 3_600_000 ? `${pauseMs / 60_000} min` : `${pauseMs / 3_600_000} h`));

    expect(guide).toContain(`| after the one before | at once | ${told.join(' | ')} |`);
  });
});
