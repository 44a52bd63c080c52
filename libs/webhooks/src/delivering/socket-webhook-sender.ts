import { toAppError, type Clock } from '@manga-assist/foundation';
import { withDeadline, type Timers } from '@manga-assist/resilience';
import type { CallbackPolicy } from '../urls/callback-policy.ts';
import { callbackTarget, hostOf, mayConnect } from '../urls/callback-url.ts';
import { exchange } from './exchange.ts';
import { Obstacle } from './obstacle.ts';
import { openSocket, secured } from './open-socket.ts';
import { resolveByDns, resolved, resolveLocally, type ResolveHost } from './resolve-host.ts';
import { readRetryAfter } from './schedule.ts';
import { unlessAborted } from './unless-aborted.ts';
import { WebhookSender, type WebhookAnswer, type WebhookRequest } from './webhook-sender.ts';

/** From the look-up of the name to the last byte of the answer; receivers are told so. */
export const ATTEMPT_TIMEOUT_MS = 15_000;

export interface SocketWebhookSenderOptions {
  policy: CallbackPolicy;
  clock: Clock;
  timers: Timers;
  /** DNS unless said otherwise; the machine's own names for targets in the policy's own networks. */
  resolve?: ResolveHost;
  /** PEM of the only authority to trust, for tests. */
  ca?: string;
}

/**
 * Sends over a connection of its own each time: the name is looked up anew, every address it has is
 * checked, and the socket goes to one of those. No agent, hence no kept connections and no proxy of the
 * environment; nothing follows a redirect.
 */
export class SocketWebhookSender extends WebhookSender {
  readonly #policy: CallbackPolicy;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #resolve: ResolveHost | undefined;
  readonly #ca: string | undefined;

  constructor({ policy, clock, timers, resolve, ca }: SocketWebhookSenderOptions) {
    super();
    this.#policy = policy;
    this.#clock = clock;
    this.#timers = timers;
    this.#resolve = resolve;
    this.#ca = ca;
  }

  async send(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer> {
    const deadline = withDeadline(signal, ATTEMPT_TIMEOUT_MS, { clock: this.#clock, timers: this.#timers });
    try {
      // Raced: whatever Node makes of a receiver, the time is up when it is up.
      return await unlessAborted(this.#attempt(request, deadline.signal), deadline.signal);
    } catch (error) {
      if (signal.aborted) throw toAppError(signal.reason);
      // Told by whatever the deadline interrupted.
      if (deadline.signal.aborted) return { outcome: 'timed-out' };
      if (error instanceof Obstacle) return { outcome: 'unreachable', obstacle: error.kind };
      throw error;
    } finally {
      deadline.clear();
    }
  }

  async #attempt({ url: text, headers, body }: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer> {
    const target = callbackTarget(text, this.#policy);
    if (target.refusal) return { outcome: 'blocked' };
    const { url, mustBeLocal } = target;
    const host = hostOf(url);
    const addresses = await resolved(host, this.#resolve ?? (mustBeLocal ? resolveLocally : resolveByDns), signal);
    if (!addresses.every((address) => mayConnect(address, mustBeLocal, this.#policy))) return { outcome: 'blocked' };

    const isSecure = url.protocol === 'https:';
    const socket = await openSocket(addresses, Number(url.port || (isSecure ? 443 : 80)), signal);
    const stream = isSecure ? await secured(socket, host, this.#ca, signal) : socket;
    try {
      return this.#judge(await exchange(stream, { url, headers, body }, signal));
    } finally {
      stream.destroy();
    }
  }

  #judge({ httpStatus, retryAfter }: { httpStatus: number; retryAfter?: string }): WebhookAnswer {
    const retryAfterMs = readRetryAfter(retryAfter, this.#clock.nowMs());
    return { outcome: outcomeOf(httpStatus), httpStatus, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
}

function outcomeOf(httpStatus: number): WebhookAnswer['outcome'] {
  if (httpStatus >= 200 && httpStatus < 300) return 'delivered';
  if (httpStatus >= 300 && httpStatus < 400) return 'redirected';
  switch (httpStatus) {
    case 410:
      return 'gone';
    case 429:
    case 502:
    case 504:
      return 'throttled';
    default:
      return 'refused';
  }
}
