import { sleep, type Timers } from '@manga-assist/resilience';
import { WebhookSender, type WebhookAnswer, type WebhookRequest } from '../delivering/webhook-sender.ts';

/** What an endpoint does with a request; `afterMs` is how long it takes to. */
export type Receiver = (request: WebhookRequest, number: number) => WebhookAnswer & { afterMs?: number };

/** Sends nothing anywhere: each address has a receiver; what has none takes everything at once. */
export class ScriptedWebhookSender extends WebhookSender {
  readonly #timers: Timers;
  readonly #receiverOf: (url: string) => Receiver | undefined;
  readonly #count = new Map<string, number>();
  readonly sent: WebhookRequest[] = [];

  constructor(timers: Timers, receiverOf: (url: string) => Receiver | undefined = () => undefined) {
    super();
    this.#timers = timers;
    this.#receiverOf = receiverOf;
  }

  async send(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer> {
    this.sent.push(request);
    const number = (this.#count.get(request.url) ?? 0) + 1;
    this.#count.set(request.url, number);
    const { afterMs = 0, ...answer } = this.#receiverOf(request.url)?.(request, number) ?? { outcome: 'delivered' as const, httpStatus: 204 };
    if (afterMs > 0) await sleep(afterMs, signal, this.#timers);
    return answer;
  }
}
