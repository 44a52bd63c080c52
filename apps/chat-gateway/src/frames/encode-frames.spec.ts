import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeFrames } from './encode-frames.ts';
import { isShallow } from './is-shallow.ts';
import { tokenJson } from './token-json.ts';

describe('frames written by hand', () => {
  it('are read by a WebSocket client as they were written, at every length of header', async () => {
    const texts = ['', 'a', '漫画', '𠮷😀', 'x'.repeat(125), 'x'.repeat(126), 'あ'.repeat(21_845), 'x'.repeat(65_535), 'x'.repeat(65_536), 'あ'.repeat(60_000)];
    const http = createServer().listen(0, '127.0.0.1');
    const server = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, stream, head) => server.handleUpgrade(request, stream, head, () => stream.write(encodeFrames(texts))));
    await new Promise((resolve) => http.once('listening', resolve));
    const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);

    const read = await new Promise<string[]>((resolve, reject) => {
      const seen: string[] = [];
      client.on('message', (data) => seen.push(String(data)) === texts.length && resolve(seen));
      client.on('error', reject);
    });

    expect(read).toEqual(texts);
    client.terminate();
    http.close();
  });

  it('hold tokens as JSON in the customer’s order of keys', () => {
    const data = '"\\\n\u2028漫画𠮷\u0000';

    expect(tokenJson(data, 7)).toBe(JSON.stringify({ type: 'token', data, sequence: 7 }));
  });
});

describe('the depth of JSON', () => {
  it.each([
    ['{}', 1, true],
    ['[[[]]]', 3, true],
    ['[[[]]]', 2, false],
    ['[[],[],[]]', 2, true],
    ['{"a":"[[[[[[","b":"\\"[[[[["}', 1, true],
    ['{"a":"\\\\","b":[[]]}', 2, false],
    ['"[[[[', 1, true],
    ['['.repeat(100_000), 16, false],
  ])('of %s is at most %i: %s', (json, deepest, expected) => {
    expect(isShallow(json, deepest)).toBe(expected);
  });
});
