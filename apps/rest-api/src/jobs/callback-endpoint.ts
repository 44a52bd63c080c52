import { AppError, type Problem } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { checkCallbackUrl, WebhookEndpoints, type CallbackPolicy } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';
import { RestApiConfig } from '../config.ts';

/** The webhook endpoint behind a request's `callback_url`: the caller's own for that address, or the one for its host, made when there is none. */
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

  /**
   * What tells a webhook where to go; undefined without an address. Called for requests without problems only,
   * because it is remembered. Errors: `conflict` `webhooks.callback-off`, for nobody would be told.
   */
  async of({ tenantId, subject }: Principal, url: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (url === undefined) return undefined;
    const { endpoint, reference } = await this.endpoints.forCallback({ tenantId, subject }, url, signal);
    if (endpoint.status === 'enabled') return reference;
    const { endpointId, disabledBecause = 'owner' } = endpoint;
    throw new AppError('conflict', 'webhooks.callback-off', 'The webhook endpoint of this callback_url is off; enable or remove it first.', {
      problems: [{ path: 'callback_url', message: `must lead to an endpoint that is on; ${endpointId} is off (${disabledBecause})` }],
    });
  }
}
