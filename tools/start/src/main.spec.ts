import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function start(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['tools/start/main.mjs', ...args], { cwd: root, env: { ...process.env, NODE_OPTIONS: '', ...environment } });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr.on('data', (chunk) => (output.err += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...output };
}

describe('the start command', () => {
  it('explains itself', async () => {
    const { code, out, err } = await start(['--help']);

    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('WEB_PORT 4200');
  });

  it('names a taken port and the variable that moves it, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const { code, out, err } = await start([], { REST_API_PORT: String(port - 7), PORT_OFFSET: '7', WEB_PORT: '0' });
    const alone = await start(['--only', 'rest-api'], { REST_API_PORT: String(port), AWS_PORT: String(port), PORT_OFFSET: '' });
    server.close();

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`Port ${port} (rest-api) is taken. Stop what uses it, choose another with REST_API_PORT, or move all with PORT_OFFSET=100.\n`);
    expect(alone.err).toContain(`REST_API_PORT and AWS_PORT are both ${port}.\n`);
  });

  it('refuses an option it does not know', async () => {
    const { code, err } = await start(['--only', 'rest-api,chat']);

    expect([code, err]).toEqual([2, '--only knows rest-api, chat-gateway, tool-service, async-worker, web; not chat.\n']);
  });
});
