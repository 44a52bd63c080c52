import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@manga-assist/foundation';
import { SystemTimers } from '@manga-assist/resilience';
import { newSecret } from '../secrets/secret-box.ts';
import { signedHeaders } from '../secrets/signed-headers.ts';
import { isPublicAddress } from '../urls/address-rules.ts';
import { startCanary, type Canary } from '../testing/canary.ts';
import { startScriptedDns, type DnsRecord, type DnsScript, type ScriptedDns } from '../testing/scripted-dns.ts';
import { dnsResolver } from './resolve-host.ts';
import { SocketWebhookSender } from './socket-webhook-sender.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook-sender.ts';

const { signal } = new AbortController();
const NAME = 'hooks.attacker.jp';
const body = Buffer.from('{}');
const requestTo = (url: string): WebhookRequest => ({ url, body, headers: signedHeaders('evt_1', Date.now(), body, [newSecret()]) });

/** Public by rule and reachable by nobody here: it is only ever answered, never dialled. */
const PUBLIC_V4 = '8.8.8.8';
const PUBLIC_V6 = '2001:4860:4860::8888';

describe('a webhook’s name', () => {
  let canary: Canary;
  let dns: ScriptedDns | undefined;
  beforeEach(async () => {
    canary = await startCanary(['127.0.0.1', '::1']);
  });
  afterEach(async () => {
    dns?.close();
    await canary.close();
  });

  /** The canary's port is a good one, so that nothing but the address can stop it. */
  const send = async (script: DnsScript, url = `https://${NAME}:${canary.port}/`, port = canary.port): Promise<WebhookAnswer> => {
    dns = await startScriptedDns(script);
    const policy = { ports: [443, port], allowedNetworks: [] };
    const sender = new SocketWebhookSender({ policy, clock: new SystemClock(), timers: new SystemTimers(), resolve: dnsResolver([dns.server]) });
    return sender.send(requestTo(url), signal);
  };
  const many = (count: number): DnsRecord[] => Array.from({ length: count }, () => ({ a: PUBLIC_V4 }));

  it.each<[string, DnsScript[string]]>([
    ['loopback', { A: [[{ a: '127.0.0.1' }]] }],
    ['loopback by IPv6', { AAAA: [[{ aaaa: '::1' }]] }],
    ['loopback by IPv6 beside a public address', { A: [[{ a: PUBLIC_V4 }]], AAAA: [[{ aaaa: '::1' }]] }],
    ['loopback beside a public address by IPv6', { A: [[{ a: '127.0.0.1' }]], AAAA: [[{ aaaa: PUBLIC_V6 }]] }],
    ['IPv4 in IPv6’s clothes', { AAAA: [[{ aaaa: '::ffff:7f00:1' }]] }],
    ['NAT64', { AAAA: [[{ aaaa: '64:ff9b::7f00:1' }]] }],
    ['a cloud’s metadata', { A: [[{ a: '169.254.169.254' }]] }],
    ['a task’s metadata', { A: [[{ a: '169.254.170.2' }]] }],
    ['0.0.0.0', { A: [[{ a: '0.0.0.0' }]] }],
    ['a private network behind a chain of names', { A: [[{ cname: 'a.attacker.jp' }, { cname: 'b.attacker.jp' }, { cname: 'internal.attacker.jp' }, { a: '127.0.0.1' }]] }],
    ['fifty addresses, the last of them loopback', { A: [[...many(49), { a: '127.0.0.1' }]] }],
  ])('that leads to %s is blocked, and nobody is called', async (_, answers) => {
    expect(await send({ [NAME]: answers })).toEqual({ outcome: 'blocked' });
    expect(dns?.asked.toSorted()).toEqual([`A ${NAME}`, `AAAA ${NAME}`]);
    expect(canary.connections()).toBe(0);
  });

  // Loopback alone could be what is special: this machine has an address in a network of its own as a rule.
  const [ours] = Object.values(networkInterfaces()).flatMap((all = []) => all.filter(({ family, internal, address }) => family === 'IPv4' && !internal && !isPublicAddress(address)).map(({ address }) => address));
  (ours === undefined ? it.skip : it)(`that leads to this machine by its network is blocked, and nobody is called${ours === undefined ? ' (skipped: there is no such address here)' : ''}`, async () => {
    const there = await startCanary([ours ?? '']);

    const answer = await send({ [NAME]: { A: [[{ a: ours ?? '' }]] } }, `https://${NAME}:${there.port}/`, there.port);
    dns?.close();
    const beside = await send({ [NAME]: { A: [[{ a: PUBLIC_V4 }, { a: ours ?? '' }]] } }, `https://${NAME}:${there.port}/`, there.port);

    expect([answer, beside]).toEqual([{ outcome: 'blocked' }, { outcome: 'blocked' }]);
    expect(there.connections()).toBe(0);
    // It is there to be reached: only the guard was in the way.
    const socket = connect({ host: ours ?? '', port: there.port });
    await once(socket, 'close');
    expect(there.connections()).toBe(1);
    await there.close();
  });

  it('that leads nowhere is not reachable', async () => {
    expect(await send({})).toEqual({ outcome: 'unreachable', obstacle: 'name' });
    dns?.close();
    expect(await send({ [NAME]: {} })).toEqual({ outcome: 'unreachable', obstacle: 'name' });
  });

  it.each(['https://127.0.0.1', 'https://[::1]', 'https://localhost', 'http://hooks.attacker.jp', 'https://2130706433', 'https://[::ffff:127.0.0.1]'])(
    'is none in %s: blocked before any question is asked',
    async (origin) => {
      expect(await send({ [NAME]: { A: [[{ a: '127.0.0.1' }]] } }, `${origin}:${canary.port}/`)).toEqual({ outcome: 'blocked' });
      expect(dns?.asked).toEqual([]);
      expect(canary.connections()).toBe(0);
    },
  );
});

describe('a receiver that may be called', () => {
  // ::1 stands for the public internet here, and 127.0.0.1 for everything that must not be reached.
  let receiver: Server;
  let canary: Canary;
  let dns: ScriptedDns;
  let received = 0;
  let location = '';
  beforeEach(async () => {
    received = 0;
    receiver = createServer((_, answer) => {
      received++;
      answer.writeHead(location === '' ? 204 : 302, { location }).end();
    }).listen(0, '::1');
    await once(receiver, 'listening');
    canary = await startCanary(['127.0.0.1']);
  });
  afterEach(async () => {
    dns.close();
    await canary.close();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const senderWith = async (script: DnsScript): Promise<SocketWebhookSender> => {
    dns = await startScriptedDns(script);
    return new SocketWebhookSender({ policy: { ports: [443], allowedNetworks: ['::1/128'] }, clock: new SystemClock(), timers: new SystemTimers(), resolve: dnsResolver([dns.server]) });
  };
  const url = (): string => `http://${NAME}:${(receiver.address() as { port: number }).port}/`;

  it('is called at the address that was checked; its name is asked for once an attempt and checked anew each time', async () => {
    location = '';
    const sender = await senderWith({ [NAME]: { AAAA: [[{ aaaa: '::1' }], []], A: [[], [{ a: '127.0.0.1' }]] } });

    const first = await sender.send(requestTo(url()), signal);
    const second = await sender.send(requestTo(url().replace(/:\d+\//, `:${canary.port}/`)), signal);

    expect([first.outcome, second.outcome]).toEqual(['delivered', 'blocked']);
    expect(dns.asked).toHaveLength(4);
    expect([received, canary.connections()]).toEqual([1, 0]);
  });

  it('leads nobody on: a redirect is a failure', async () => {
    location = `http://127.0.0.1:${canary.port}/`;
    const sender = await senderWith({ [NAME]: { AAAA: [[{ aaaa: '::1' }]] } });

    expect(await sender.send(requestTo(url()), signal)).toEqual({ outcome: 'redirected', httpStatus: 302 });
    expect([received, canary.connections()]).toEqual([1, 0]);
  });

  it('is called without the proxy that the environment names', async () => {
    location = '';
    const sender = await senderWith({ [NAME]: { AAAA: [[{ aaaa: '::1' }]] } });
    const before = { ...process.env };
    const proxy = `http://127.0.0.1:${canary.port}`;
    Object.assign(process.env, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, http_proxy: proxy, NODE_USE_ENV_PROXY: '1' });

    const answer = await sender.send(requestTo(url()), signal);
    process.env = before;

    expect(answer).toEqual({ outcome: 'delivered', httpStatus: 204 });
    expect([received, canary.connections()]).toEqual([1, 0]);
  });
});
