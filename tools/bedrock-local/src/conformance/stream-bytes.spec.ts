import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ConverseStreamCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import fc from 'fast-check';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { drain, HAIKU, messagesBody, openClient, userSays } from '../testing/sdk-clients.ts';

const RUNS = { numRuns: 40, seed: 20_261_123 };
/** A frame begins with its length. */
const LENGTH_BYTES = 4;
const QUESTION = 'こんにちは';

/** The bytes of one reply over HTTP/1.1: its head, and the frames inside the chunks. */
interface Recorded {
  head: string;
  frames: Buffer;
}

let server: BedrockLocal;
let repeater: Server;
/** What the repeater writes to the next caller: packets, each flushed alone, and then the end. */
let packets: Buffer[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = await startBedrockLocal();
  repeater = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    let seen = '';
    socket.on('data', (data) => {
      seen += data.toString('latin1');
      const [head, body] = seen.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head ?? '')?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      seen = '';
      void play(socket, packets);
    });
  });
  await new Promise<void>((resolve) => repeater.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => repeater.close(resolve));
  await server.close();
});

async function play(socket: Socket, parts: readonly Buffer[]): Promise<void> {
  for (const part of parts) await new Promise<void>((resolve) => socket.write(part, () => setImmediate(resolve)));
  socket.end();
}

/** One reply of bedrock-local, taken from the wire. */
async function record(path: string, body: string): Promise<Recorded> {
  const raw = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks)));
    socket.on('error', reject);
  });
  const end = raw.indexOf('\r\n\r\n');
  const frames: Buffer[] = [];
  for (let at = end + 4; at < raw.length; ) {
    const line = raw.indexOf('\r\n', at);
    const size = parseInt(raw.toString('latin1', at, line), 16);
    frames.push(raw.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return { head: raw.toString('latin1', 0, end), frames: Buffer.concat(frames) };
}

const model = encodeURIComponent(HAIKU);
const operations = {
  ConverseStream: {
    record: () => record(`/model/${model}/converse-stream`, JSON.stringify({ messages: [userSays(QUESTION)] })),
    read: async (url: string) => {
      const client = openClient(url, 'http/1.1');
      const { events, error } = await client.send(new ConverseStreamCommand({ modelId: HAIKU, messages: [userSays(QUESTION)] })).then(({ stream }) => drain(stream), refused);
      client.destroy();
      return { events, error, isWhole: events.some((event) => event.metadata !== undefined) };
    },
  },
  InvokeModelWithResponseStream: {
    record: () => record(`/model/${model}/invoke-with-response-stream`, messagesBody(QUESTION)),
    read: async (url: string) => {
      const client = openClient(url, 'http/1.1');
      const { events, error } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: HAIKU, body: messagesBody(QUESTION) })).then(({ body }) => drain(body), refused);
      client.destroy();
      return { events, error, isWhole: events.some(({ chunk }) => Buffer.from(chunk?.bytes ?? []).includes('message_stop')) };
    },
  },
};

function refused(error: Error): { events: never[]; error: Error } {
  return { events: [], error };
}

const repeaterUrl = (): string => `http://127.0.0.1:${(repeater.address() as AddressInfo).port}`;
const chunk = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

describe.each(Object.entries(operations))('the bytes of %s', (_name, { record: take, read }) => {
  it('give the same events however TCP and HTTP cut them', async () => {
    const { head, frames } = await take();
    packets = [Buffer.from(`${head}\r\n\r\n`), chunk(frames), Buffer.from('0\r\n\r\n')];
    const whole = await read(repeaterUrl());
    expect(whole).toMatchObject({ isWhole: true, error: undefined });
    expect(whole.events.length).toBeGreaterThan(5);

    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: frames.length - 1 }), { maxLength: 12 }), fc.uniqueArray(fc.nat(frames.length + 600), { maxLength: 12 }), async (chunkCuts, packetCuts) => {
        const body = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), ...cut(frames, chunkCuts).map(chunk), Buffer.from('0\r\n\r\n')]);
        packets = cut(body, packetCuts);
        const again = await read(repeaterUrl());

        expect(again.error).toBeUndefined();
        expect(again.events).toEqual(whole.events);
      }),
      RUNS,
    );
  });

  it('are an error, or lack their last event, wherever they end early', async () => {
    const { head, frames } = await take();

    await fc.assert(
      fc.asyncProperty(fc.nat(frames.length - 1), fc.boolean(), async (length, endsCleanly) => {
        packets = [Buffer.from(`${head}\r\n\r\n`), ...(length > 0 ? [chunk(frames.subarray(0, length))] : []), ...(endsCleanly ? [Buffer.from('0\r\n\r\n')] : [])];
        const { error, isWhole } = await read(repeaterUrl());

        expect(isWhole).toBe(false);
        // The SDK's decoder sees no loss when the body ends cleanly between two frames, or before it knows how long
        // the next one is: there only the missing last event tells.
        if (!endsCleanly || bytesOfLastFrame(frames, length) >= LENGTH_BYTES) expect(error).toBeDefined();
      }),
      RUNS,
    );
  });
});

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.filter((place) => place > 0 && place < bytes.length).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, index) => bytes.subarray(places[index] ?? 0, place));
}

/** How much of a frame the first `length` bytes end with; 0 between two frames. */
function bytesOfLastFrame(frames: Buffer, length: number): number {
  let start = 0;
  for (let end = frames.readUInt32BE(0); end <= length; end += end < frames.length ? frames.readUInt32BE(end) : Infinity) start = end;
  return length - start;
}
