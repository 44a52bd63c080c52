import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ToolCallRequest, ToolCallResponse } from '@manga-assist/schemas/tools';

export interface SeenCall {
  name: string;
  request: ToolCallRequest;
  authorization: string;
}

/** What a call is answered with: content, a whole response, or a way to misbehave. */
export type ToolAnswer = Partial<ToolCallResponse> | { raw: string; status?: number } | 'hang' | 'cut';

const TOOLS = [
  { name: 'search_manga_catalog', description: 'Search the manga catalog.', input_schema: { type: 'object', properties: { query: { type: 'string' } } } },
  { name: 'get_order_status', description: 'Check an order.', input_schema: { type: 'object', properties: { order_id: { type: 'string' } } } },
];

/** A tool-service over real HTTP that answers as it is told and keeps what it was asked. */
export class TestToolServer {
  readonly calls: SeenCall[] = [];
  answer: (call: SeenCall) => ToolAnswer | Promise<ToolAnswer> = () => ({ content: { results: [], total: 0 } });
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#reply(request, response));
  }

  static async start(): Promise<TestToolServer> {
    const server = new TestToolServer();
    await new Promise<void>((resolve) => void server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  async #reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/v1/tools') {
      response.end(JSON.stringify({ version: 'v1', tools: TOOLS }));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const name = /^\/v1\/tools\/([^/]+)\/calls$/.exec(request.url ?? '')?.[1] ?? '';
    const call = { name, request: JSON.parse(Buffer.concat(chunks).toString()) as ToolCallRequest, authorization: request.headers.authorization ?? '' };
    this.calls.push(call);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
    const answer = await this.answer(call);
    this.#atOnce--;
    if (answer === 'hang') return;
    if (answer === 'cut') return void response.destroy();
    if ('raw' in answer) return void response.writeHead(answer.status ?? 200).end(answer.raw);
    response.end(JSON.stringify({ tool_use_id: call.request.tool_use_id, status: 'success', content: {}, ...answer }));
  }
}
