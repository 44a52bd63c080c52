import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer, type WebSocket } from 'ws';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const TURN = 'trn_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const started = { type: 'turn.started', turn_id: TURN, epoch: 'e1', conversation_id: 'c1', client_message_id: 'm1', model: 'haiku', degraded: false, cached: false, duplicate: false };
const usage = {
  type: 'turn.usage',
  turn_id: TURN,
  model: 'haiku',
  degraded: false,
  rounds: 2,
  usage: { input_tokens: 500, output_tokens: 300 },
  estimated_cost_usd: 0.000_5,
  first_token_ms: 150,
  latency_ms: 2_100,
};
const complete = { type: 'complete', usage: usage.usage, stop_reason: 'end_turn' };
const tool = (state: string): object => ({ type: 'turn.tool', turn_id: TURN, name: 'search_manga_catalog', state });
const tokens = (...texts: string[]): object[] => texts.map((data, index) => ({ type: 'token', data, sequence: index + 1 }));

interface Gateway {
  url: string;
  received: Record<string, unknown>[];
  headers: Record<string, unknown>;
}

let server: WebSocketServer | undefined;

afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
});

/** A gateway that greets and then does what the test says with each frame. */
async function gatewayThat(answer: (frame: Record<string, unknown>, socket: WebSocket) => readonly object[]): Promise<Gateway> {
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'mangaassist.v1' });
  server = listening;
  await new Promise((resolve) => listening.once('listening', resolve));
  const gateway: Gateway = { url: `ws://127.0.0.1:${(listening.address() as AddressInfo).port}/v1/chat`, received: [], headers: {} };
  listening.on('connection', (socket, request) => {
    gateway.headers = request.headers;
    socket.send('{"type":"hello","session_id":"ses_1","heartbeat_ms":25000,"max_frame_bytes":32768,"resume_window_s":120,"auth_expires_at":null}');
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Record<string, unknown>;
      gateway.received.push(frame);
      for (const reply of answer(frame, socket)) socket.send(JSON.stringify(reply));
    });
  });
  return gateway;
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command; `interruptAfter` presses Ctrl-C once that stands on standard output. */
function run(args: readonly string[], { input = '', interruptAfter, ports = {} }: { input?: string; interruptAfter?: string; ports?: Record<string, string> } = {}): Promise<Ran> {
  const { NODE_OPTIONS: _flagsOfJest, ...environment } = process.env;
  const child = spawn(process.execPath, ['--conditions=source', '--import', './tools/workspace/register.mjs', 'tools/ask/src/main.ts', ...args], {
    cwd: root,
    env: { ...environment, ...ports },
  });
  let stdout = '';
  let stderr = '';
  let isPressed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (isPressed || interruptAfter === undefined || !stdout.includes(interruptAfter)) return;
    isPressed = true;
    child.kill('SIGINT');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  return new Promise((resolve) => void child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe('npm run ask', () => {
  it('streams the answer to standard output and the rest to standard error', async () => {
    const gateway = await gatewayThat(() => [started, tool('started'), tool('finished'), ...tokens('『よつばと！』', 'です。'), usage, complete]);

    const asked = await run(['--url', gateway.url, '--language', 'ja', '--model', 'sonnet', 'Volume 3', 'of Yotsuba?']);

    expect(asked).toEqual({
      code: 0,
      stdout: '『よつばと！』です。\n',
      stderr: '… search_manga_catalog\n✓ search_manga_catalog\nhaiku · 2 rounds · 500 + 300 tokens · $0.000500 · first token 150 ms · 2.1 s · conversation c1\n',
    });
    expect(gateway.received).toEqual([
      { type: 'chat.send', client_message_id: expect.any(String), conversation_id: null, text: 'Volume 3 of Yotsuba?', model: 'sonnet', language: 'ja' },
    ]);
    expect(gateway.headers).toMatchObject({ 'x-api-key': 'local', 'sec-websocket-protocol': 'mangaassist.v1' });
  });

  it('prints the frames as JSON lines and nothing else', async () => {
    const frames = [started, tool('started'), ...tokens('Hi\u001b[31m'), usage, complete];
    const gateway = await gatewayThat(() => frames);

    const asked = await run(['--url', gateway.url, '--json', 'Hello']);

    expect(asked.stderr).toBe('');
    expect(
      asked.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual(frames);
  });

  it('reads the question from standard input and goes on with a conversation', async () => {
    const gateway = await gatewayThat(() => [started, ...tokens('Hi'), usage, complete]);

    const asked = await run(['--url', gateway.url, '--api-key', 'other', '--conversation', 'c7', '-'], { input: 'And volume 4?\n' });

    expect(asked.code).toBe(0);
    expect(gateway.received).toMatchObject([{ text: 'And volume 4?', conversation_id: 'c7' }]);
    expect(gateway.headers['x-api-key']).toBe('other');
  });

  it('shows no control characters that a model wrote', async () => {
    const gateway = await gatewayThat(() => [started, ...tokens('a\u001b[2J\u009bb', '\r\u0007c\n\td'), usage, complete]);

    expect((await run(['--url', gateway.url, 'x'])).stdout).toBe('a[2Jbc\n\td\n');
  });

  it('stops at Ctrl-C and keeps what was said', async () => {
    const gateway = await gatewayThat(({ type }) =>
      type === 'chat.cancel'
        ? [{ type: 'turn.cancelled', turn_id: TURN, usage: usage.usage, usage_source: 'estimated' }]
        : [started, ...tokens('One', ' two')],
    );

    const asked = await run(['--url', gateway.url, 'Count'], { interruptAfter: 'two' });

    expect(asked).toEqual({ code: 130, stdout: 'One two\n', stderr: 'stopped · 500 + 300 tokens (estimated) · conversation c1\n' });
    expect(gateway.received[1]).toEqual({ type: 'chat.cancel', turn_id: TURN });
  });

  it('says what the gateway refused, with exit code 1', async () => {
    const gateway = await gatewayThat(() => [
      { type: 'error', code: 'upstream_error', message: 'The model could not answer.', retryable: true, turn_id: null, client_message_id: null, request_id: 'r' },
    ]);

    expect(await run(['--url', gateway.url, 'x'])).toEqual({ code: 1, stdout: '', stderr: 'The model could not answer. (upstream_error)\n' });
  });

  it('says that the connection broke, with exit code 1', async () => {
    const gateway = await gatewayThat((_frame, socket) => {
      setImmediate(() => socket.terminate());
      return [started, ...tokens('One')];
    });

    const asked = await run(['--url', gateway.url, 'x']);

    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('closed the connection') });
  });

  it('finds the gateway that PORT_OFFSET has moved', async () => {
    const gateway = await gatewayThat(() => [started, ...tokens('『よつばと！』'), usage, complete]);
    const port = Number(new URL(gateway.url).port);

    const asked = await run(['x'], { ports: { CHAT_GATEWAY_PORT: String(port - 7), PORT_OFFSET: '7' } });

    expect(asked).toMatchObject({ code: 0, stdout: '『よつばと！』\n' });
  });

  it('says how to start a gateway that is not there, with exit code 3', async () => {
    const asked = await run(['--url', 'ws://127.0.0.1:1/v1/chat', 'x']);

    expect(asked).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('npm start') });
  });

  it.each([
    ['no question', []],
    ['an empty question', ['  ']],
    ['an unknown model', ['--model', 'opus', 'x']],
    ['an unknown language', ['--language', 'fr', 'x']],
    ['an unknown option', ['--verbose', 'x']],
    ['an address that is no WebSocket', ['--url', 'http://127.0.0.1:3001', 'x']],
    ['an address with a fragment', ['--url', 'ws://127.0.0.1:3001/v1/chat#here', 'x']],
    ['an API key that no header can carry', ['--api-key', 'one\ntwo', 'x']],
    ['an empty API key', ['--api-key', '', 'x']],
  ])('explains wrong usage with exit code 2: %s', async (_what, args) => {
    expect(await run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('error:') });
  });

  it('has help with examples and exit codes', async () => {
    const asked = await run(['--help']);

    expect(asked.code).toBe(0);
    for (const word of ['--language', '--conversation', 'Examples:', 'Exit codes:']) expect(asked.stdout).toContain(word);
  });
});
