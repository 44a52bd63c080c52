import type { Problem } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { checkCallbackUrl, WebhookEndpoints, type CallbackPolicy } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';
import { RestApiConfig } from '../config.ts';

/** The webhook endpoint behind a request's `callback_url`: the caller's own for that address, made when there is none. */
@Injectable()
export class CallbackEndpoint {
  readonly #policy: CallbackPolicy;

  constructor(
    private readonly endpoints: WebhookEndpoints,
    config: RestApiConfig,
  ) {
    this.#policy = config.callbackPolicy;
  }

  /** An address that cannot be called is a problem of the request, told with all others. */
  check(url: string | undefined, problems: Problem[]): void {
    const refusal = url === undefined ? undefined : checkCallbackUrl(url, this.#policy);
    if (refusal !== undefined) problems.push({ path: 'callback_url', message: refusal.message });
  }

  /** Its id; undefined without an address. Called for requests without problems only, because it is remembered. */
  async of(caller: Principal, url: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (url === undefined) return undefined;
    return (await this.endpoints.forCallback({ tenantId: caller.tenantId, subject: caller.subject }, url, signal)).endpointId;
  }
}
