import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SignedHeaders } from '../secrets/signed-headers.ts';
import { Obstacle } from './obstacle.ts';

/** Enough to let a well-behaved receiver finish. What it says is thrown away as it comes. */
const MOST_ANSWER_BYTES = 16 * 1024;
const MOST_HEADER_BYTES = 16 * 1024;

/**
 * One request and its answer over this connection, which is of no use afterwards. An answer of success
 * counts once it is whole, or 16 KiB of it; any other as soon as its status is there.
 * Errors: an Obstacle when it breaks before.
 */
export function exchange(
  socket: Socket,
  { url, headers, body }: { url: URL; headers: SignedHeaders; body: Uint8Array },
  signal: AbortSignal,
): Promise<{ httpStatus: number; retryAfter?: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      // Instead of an agent: nothing is kept, and no proxy of the environment is asked.
      createConnection: () => socket,
      method: 'POST',
      path: url.pathname + url.search,
      setHost: false,
      headers: {
        host: url.host,
        'user-agent': 'MangaAssist-Webhooks/1.0',
        'content-type': 'application/json',
        'content-length': body.byteLength,
        ...headers,
      },
      maxHeaderSize: MOST_HEADER_BYTES,
      signal,
    });
    const onError = (error: NodeJS.ErrnoException): void => reject(new Obstacle(error.code?.startsWith('HPE_') ? 'answer' : 'connection', error));
    const settleWith = ({ statusCode: httpStatus = 0, headers: answered }: IncomingMessage): void => {
      const retryAfter = answered['retry-after'];
      resolve({ httpStatus, ...(retryAfter !== undefined && { retryAfter }) });
    };
    outgoing.on('error', onError).on('response', (answer: IncomingMessage) => {
      const settle = (): void => settleWith(answer);
      const { statusCode: httpStatus = 0 } = answer;
      if (httpStatus < 200 || httpStatus >= 300) return settle();
      let bytes = 0;
      answer.on('error', onError).on('end', settle);
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes >= MOST_ANSWER_BYTES) settle();
      });
    });
    // 101: Node hands the connection over and takes its own listeners off it, also the one for the signal.
    outgoing.on('upgrade', (answer: IncomingMessage, upgraded: Duplex) => {
      upgraded.destroy();
      settleWith(answer);
    });
    // Whatever has been said before, this is its last word.
    outgoing.on('close', () => reject(new Obstacle('connection', new Error('closed without an answer'))));
    outgoing.end(body);
  });
}
