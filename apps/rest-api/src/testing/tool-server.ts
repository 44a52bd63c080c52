import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface ReceivedCall {
  path: string;
  authorization: string | undefined;
  body: { tool_use_id: string; input: Record<string, unknown>; language?: string };
}

/** What tool-service sends for a search that found one series. */
export const ONE_PIECE = {
  manga_id: 'MNG-ONEPIECE',
  title_ja: 'ONE PIECE',
  title_romaji: 'Wan Pisu',
  title_en: 'One Piece',
  authors: ['尾田栄一郎'],
  genres: ['adventure'],
  demographic: 'shonen',
  start_year: 1997,
  volumes: 110,
  description: 'A boy sails out to find a treasure.',
};

/** A tool-service of one tool, over real HTTP, that can be made to misbehave. */
export class ToolServer {
  readonly calls: ReceivedCall[] = [];
  behaviour: 'answers' | 'finds-nothing' | 'refuses' | 'fails' | 'hangs' | 'rambles' = 'answers';
  version = 'tools-1';
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      const text = JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
    });
  });

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    if (this.behaviour === 'hangs') await new Promise(() => {});
    if (this.behaviour === 'fails') return { status: 503, body: { code: 'tool.unavailable' } };
    if (request.method === 'GET') return { status: 200, body: { version: this.version, tools: [] } };
    const body = (await json(request)) as ReceivedCall['body'];
    this.calls.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
    switch (this.behaviour) {
      case 'finds-nothing':
        return { status: 200, body: { tool_use_id: body.tool_use_id, status: 'error', content: {}, error: { code: 'not_found', message: 'Nothing.' } } };
      case 'refuses':
        return { status: 200, body: { tool_use_id: body.tool_use_id, status: 'error', content: {}, error: { code: 'unavailable', message: 'Later.' } } };
      case 'rambles':
        return { status: 200, body: { tool_use_id: body.tool_use_id, status: 'success', content: { results: [{ description: 'x'.repeat(70_000) }] } } };
      default:
        return { status: 200, body: { tool_use_id: body.tool_use_id, status: 'success', content: { results: [{ ...ONE_PIECE, price_jpy: 528 }], total: 1 } } };
    }
  }
}
