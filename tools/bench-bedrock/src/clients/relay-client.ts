import { Agent, request, type IncomingMessage } from 'node:http';
import { MAX_TOKENS, MODEL_ID, QUESTION, StreamWatch, SYSTEM, type BenchClient, type StreamSeen } from './bench-client.ts';

const TEXT_START = Buffer.from('"delta":{"text":"');
const DELTA_FRAME = Buffer.from('contentBlockDelta');

/**
 * The least that can be done: no SDK, no signature, no checksum, no errors. It steps from frame to
 * frame by their lengths and slices the first token; a lower bound, not something to ship.
 */
export class RelayClient implements BenchClient {
  readonly #endpoint: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(endpoint: string) {
    this.#endpoint = new URL(endpoint);
  }

  async invoke(): Promise<void> {
    const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: MAX_TOKENS, system: SYSTEM, messages: [{ role: 'user', content: QUESTION }] });
    const parts: Buffer[] = [];
    for await (const part of await this.#post('invoke', body)) parts.push(part as Buffer);
    const answer = JSON.parse(Buffer.concat(parts).toString()) as { stop_reason?: string };
    if (answer.stop_reason !== 'end_turn') throw new Error('the answer has no end');
  }

  async stream(): Promise<StreamSeen> {
    const watch = new StreamWatch();
    const body = JSON.stringify({ system: [{ text: SYSTEM }], messages: [{ role: 'user', content: [{ text: QUESTION }] }], inferenceConfig: { maxTokens: MAX_TOKENS } });
    let held: Buffer = Buffer.alloc(0);
    for await (const part of await this.#post('converse-stream', body)) {
      const bytes = held.length === 0 ? (part as Buffer) : Buffer.concat([held, part as Buffer]);
      let at = 0;
      while (bytes.length - at >= 4 && bytes.length - at >= bytes.readUInt32BE(at)) {
        const end = at + bytes.readUInt32BE(at);
        // The event's name stands at a fixed place behind prelude, name length and `:event-type`.
        if (bytes.compare(DELTA_FRAME, 0, DELTA_FRAME.length, at + 27, at + 27 + DELTA_FRAME.length) === 0) {
          const isFirst = watch.seen.tokens === 0;
          const start = isFirst ? bytes.indexOf(TEXT_START, at) + TEXT_START.length : 0;
          watch.token(isFirst ? bytes.toString('utf8', start, bytes.indexOf('"', start)) : '');
        }
        at = end;
      }
      held = bytes.subarray(at);
    }
    return watch.seen;
  }

  close(): Promise<void> {
    this.#agent.destroy();
    return Promise.resolve();
  }

  #post(operation: string, body: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const path = `/model/${encodeURIComponent(MODEL_ID)}/${operation}`;
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      request({ host: this.#endpoint.hostname, port: this.#endpoint.port, path, method: 'POST', agent: this.#agent, headers }, resolve).once('error', reject).end(body);
    });
  }
}
