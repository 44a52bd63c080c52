import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

describe('serving the page', () => {
  let server: ChildProcess | undefined;

  afterEach(() => {
    server?.kill('SIGKILL');
  });

  it('says where it is ready, serves the built page behind its headers, and stops when told to', async () => {
    const { NODE_OPTIONS: _, ...environment } = process.env;
    server = spawn(process.execPath, [fileURLToPath(new URL('../serve.mjs', import.meta.url))], {
      env: { ...environment, WEB_PORT: '0', CHAT_GATEWAY_PORT: '4001', NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: server.stdout as NodeJS.ReadableStream }), 'line')) as [string];
    const url = /^web is ready on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];

    const page = await fetch(`${url}/`);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];

    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' ws://127.0.0.1:4001;");
    expect((await fetch(`${url}${script}`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/config.json`)).json()).toEqual({ chatUrl: 'ws://127.0.0.1:4001/v1/chat' });
    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
  }, 60_000);
});
