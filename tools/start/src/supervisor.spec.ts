import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import type { ProcessPlan } from './process-plan.ts';
import type { SupervisorTimes } from './supervisor.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const running: ChildProcess[] = [];
const servers: Server[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function fake(name: string, behaviour: 'serve' | 'task' | 'crash' | 'clinging' | 'stubborn' | 'family', after: string[] = []): Promise<ProcessPlan> {
  const port = await freePort();
  const serves = behaviour !== 'task';
  return {
    name,
    args: ['testing/fake-service.mjs', behaviour, String(port)],
    cwd: folder,
    env: {},
    after,
    upWhen: serves ? { url: `http://127.0.0.1:${port}/readyz` } : 'done',
  };
}

function supervise(processes: ProcessPlan[], times: Partial<SupervisorTimes> = {}) {
  const child = spawn(process.execPath, ['testing/run-fakes.ts', JSON.stringify({ processes, times })], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  running.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr.on('data', (chunk) => (output.err += String(chunk)));
  return {
    output,
    signal: (name: NodeJS.Signals) => child.kill(name),
    ready: () => until('the ready line', () => /^MangaAssist is ready/m.test(output.out), 30_000),
    ended: once(child, 'close').then(([code]) => code as number | null),
    /** The processes that said who they are. */
    pids: () => [...output.out.matchAll(/pids=\[(\d+)\]/g)].map(([, pid]) => Number(pid)),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('npm start', () => {
  it('starts each process after what it needs, and says in one line that all is ready', async () => {
    const { output, ready, signal, ended } = supervise([
      await fake('servers', 'serve'),
      await fake('seed', 'task', ['servers']),
      await fake('service', 'serve', ['servers', 'seed']),
    ]);

    await ready();
    signal('SIGTERM');
    await ended;

    const order = ['servers +\\| is up', 'seed +\\| is done', 'service +\\| .*listening', 'service +\\| is up', 'MangaAssist is ready in \\d+\\.\\d s: web http'];
    expect(output.out).toMatch(new RegExp(order.join('[^]*')));
  }, 60_000);

  it('stops everything in reverse order on Ctrl-C and leaves nothing behind', async () => {
    const { output, ready, signal, ended, pids } = supervise([
      await fake('servers', 'serve'),
      await fake('service', 'family', ['servers']),
      await fake('web', 'serve', ['service']),
    ]);

    await ready();
    expect(pids()).toHaveLength(4);
    expect(pids().every(isAlive)).toBe(true);
    signal('SIGINT');

    expect(await ended).toBe(0);
    expect(output.out).toMatch(/web +\| stopping[^]*servers \| stopping/);
    await until('nobody to be left', () => !pids().some(isAlive));
    expect(output.err).toBe('');
  }, 60_000);

  it('kills what does not stop', async () => {
    const { output, ready, signal, ended, pids } = supervise([await fake('stubborn', 'stubborn')], { stopAllAfterMs: 50, killAfterMs: 100 });

    await ready();
    signal('SIGTERM');

    expect(await ended).toBe(0);
    expect(output.out).toContain('stubborn | did not stop within 0.1 s and is killed');
    expect(pids().some(isAlive)).toBe(false);
  }, 60_000);

  it('takes one Ctrl-C that arrives twice for one, and a later one for "now"', async () => {
    const { output, ready, signal, ended, pids } = supervise([await fake('stubborn', 'stubborn')], { killAfterMs: 600_000 });

    await ready();
    signal('SIGINT');
    signal('SIGINT');
    await until('it to be asked', () => output.out.includes('not listening'));
    expect(pids().every(isAlive)).toBe(true);
    const code = await until('the second press to count', async () => {
      signal('SIGINT');
      return (await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))])) as number | undefined;
    });

    expect(code).toBe(130);
    expect(pids().some(isAlive)).toBe(false);
  }, 60_000);

  it('shows the last lines of what crashes, stops the rest and starts nothing that needed it', async () => {
    const { output, ended, pids } = supervise([
      await fake('servers', 'serve'),
      await fake('broken', 'crash', ['servers']),
      await fake('never', 'serve', ['broken']),
    ]);

    expect(await ended).toBe(1);

    expect(output.err).toMatch(/broken ended by itself \(exit code 3\)\. .* The last lines of broken:\n {4}first line\n {4}the reason\n/);
    expect(output.out).not.toContain('MangaAssist is ready');
    expect(output.out).not.toContain('never');
    expect(pids()).toHaveLength(1);
    expect(pids().some(isAlive)).toBe(false);
  }, 60_000);

  it('gives up on a process that never comes up, and says what it answers', async () => {
    // Answers from the first moment on: how long a process takes to listen is not what this is about.
    const readiness = createHttpServer((_request, response) => response.writeHead(503).end('{"checks":{"queue":"failed"}}')).listen(0, '127.0.0.1');
    servers.push(readiness);
    await once(readiness, 'listening');
    const url = `http://127.0.0.1:${(readiness.address() as AddressInfo).port}/readyz`;
    const { output, ended } = supervise([{ ...(await fake('waiting', 'serve')), upWhen: { url } }], { slowAfterMs: 2_500, upWithinMs: 4_000 });

    expect(await ended).toBe(1);
    expect(output.out).toContain('waiting | is not up yet; it answers {"checks":{"queue":"failed"}}');
    expect(output.err).toContain('waiting did not come up within 4.0 s; it answers {"checks":{"queue":"failed"}}.');
  }, 60_000);

  it('takes its processes with it even when it is killed itself', async () => {
    const { ready, signal, pids } = supervise([
      await fake('servers', 'serve'),
      await fake('service', 'serve', ['servers']),
      await fake('clinging', 'clinging', ['servers']),
    ]);

    await ready();
    expect(pids()).toHaveLength(3);
    signal('SIGKILL');

    await until('nobody to be left', () => !pids().some(isAlive));
  }, 60_000);

  it('stops while it is still starting', async () => {
    const slow = await fake('slow', 'serve');
    const { output, signal, ended } = supervise([{ ...slow, upWhen: { url: `http://127.0.0.1:${await freePort()}/` } }, await fake('later', 'serve', ['slow'])]);

    await until('the first to start', () => output.out.includes('listening'), 30_000);
    signal('SIGINT');

    expect(await ended).toBe(0);
    expect(output.out).not.toMatch(/ready|later/);
  }, 60_000);
});
