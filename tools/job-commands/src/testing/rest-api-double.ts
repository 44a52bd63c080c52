import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  method: string;
  path: string;
  body: unknown;
  headers: NodeJS.Dict<string | string[]>;
}

export interface Told {
  status?: number;
  body: object;
}

/** Answers HTTP as the test says, and remembers what it was asked. */
export class RestApiDouble {
  readonly asked: Asked[] = [];
  readonly #server: Server;

  constructor(answer: (asked: Asked) => Told) {
    this.#server = createServer(async (request, response) => {
      const body = await text(request);
      const asked = { method: request.method ?? '', path: request.url ?? '', body: body === '' ? undefined : (JSON.parse(body) as unknown), headers: request.headers };
      this.asked.push(asked);
      const told = answer(asked);
      response.writeHead(told.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(told.body));
    });
  }

  async start(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
