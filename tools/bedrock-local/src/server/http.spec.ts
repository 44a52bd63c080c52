import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { HAIKU, messagesBody } from '../testing/sdk-clients.ts';

let server: BedrockLocal;
beforeAll(async () => {
  server = await startBedrockLocal();
});
afterAll(() => server.close());

const INVOKE = `/model/${encodeURIComponent(HAIKU)}/invoke`;

/** One request as no SDK would send it. */
function send(options: RequestOptions, ...chunks: string[]): Promise<{ response: IncomingMessage; body: string; wasTold100: boolean }> {
  return new Promise((resolve, reject) => {
    let wasTold100 = false;
    const sent = request({ port: server.port, host: '127.0.0.1', method: 'POST', path: INVOKE, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ response, body, wasTold100 }));
    });
    sent.on('error', reject);
    const write = (): void => {
      for (const chunk of chunks) sent.write(chunk);
      sent.end();
    };
    if (options.headers && 'expect' in options.headers) {
      sent.on('continue', () => {
        wasTold100 = true;
        write();
      });
      sent.flushHeaders();
    } else write();
  });
}

describe('the HTTP/1.1 side', () => {
  it('asks for the body of a client that waits to be asked', async () => {
    const body = messagesBody('hello');
    const { response, wasTold100 } = await send({ headers: { expect: '100-continue', 'content-length': Buffer.byteLength(body) } }, body);

    expect([wasTold100, response.statusCode]).toEqual([true, 200]);
  });

  it('takes a body in chunks of no told length', async () => {
    const body = messagesBody('hello');
    const { response, body: answered } = await send({ headers: { 'transfer-encoding': 'chunked' } }, body.slice(0, 20), body.slice(20));

    expect(response.statusCode).toBe(200);
    expect(answered).toContain('"stop_reason":"end_turn"');
  });

  it('takes a model id whose colon is not encoded', async () => {
    expect((await send({ path: `/model/${HAIKU}/invoke` }, messagesBody('hello'))).response.statusCode).toBe(200);
  });

  it.each(['HEAD', 'OPTIONS', 'GET', 'PUT'])('knows no %s of an operation', async (method) => {
    const { response } = await send({ method });

    expect(response.statusCode).toBe(404);
    expect(response.headers['x-amzn-errortype']).toMatch(/^UnknownOperationException:/);
  });

  it('takes a bearer token in place of a signature', async () => {
    expect((await send({ headers: { authorization: 'Bearer bedrock-api-key-x' } }, messagesBody('hello'))).response.statusCode).toBe(200);
  });
});
