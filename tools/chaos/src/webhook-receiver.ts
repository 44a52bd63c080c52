import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

const MOST_BODY_BYTES = 20_000;

export interface ReceivedEvent {
  webhookId: string;
  type: string;
  /** Of the job or batch. */
  about: string;
  tenant: string;
  /** As the clock had it. */
  atMs: number;
}

/** Somebody's server that is told of jobs: checks every signature with the standard's own library. */
export class WebhookReceiver {
  /** Every call that was answered with success, in order; repetitions too. */
  readonly received: ReceivedEvent[] = [];
  /** Calls that no receiver should accept. */
  unsigned = 0;
  refused = 0;
  readonly #ids = new Set<string>();
  readonly #about = new Set<string>();
  readonly #refusedOnce = new Set<string>();
  readonly #secrets = new Map<string, Webhook>();
  readonly #server: Server;
  readonly #refuses: (webhookId: string) => boolean;

  /** `refuses`: which events are answered with 503 the first time. */
  constructor(refuses: (webhookId: string) => boolean = () => false) {
    this.#refuses = refuses;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.statusCode = this.#take((request.url ?? '').slice(1), request.headers as Record<string, string>, Buffer.concat(chunks));
        response.end();
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  urlFor(tenant: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${tenant}`;
  }

  expect(tenant: string, secret: string): void {
    this.#secrets.set(tenant, new Webhook(secret));
  }

  get distinctIds(): number {
    return this.#ids.size;
  }

  isTold(jobOrBatchId: string): boolean {
    return this.#about.has(jobOrBatchId);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(tenant: string, headers: Record<string, string>, body: Buffer): number {
    const webhookId = headers['webhook-id'] ?? '';
    try {
      if (body.length > MOST_BODY_BYTES) throw new Error('too long');
      const event = this.#secrets.get(tenant)?.verify(body.toString('utf8'), headers) as { type: string; data: { request_id?: string; batch_id?: string } };
      if (this.#refuses(webhookId) && !this.#refusedOnce.has(webhookId)) {
        this.#refusedOnce.add(webhookId);
        this.refused++;
        return 503;
      }
      const about = event.data.request_id ?? event.data.batch_id ?? '';
      this.received.push({ webhookId, type: event.type, about, tenant, atMs: Date.now() });
      this.#ids.add(webhookId);
      this.#about.add(about);
      return 204;
    } catch {
      this.unsigned++;
      return 400;
    }
  }
}
