import { AppError, type Problem } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { WebhookEndpoints } from '@manga-assist/webhooks';
import { Injectable } from '@nestjs/common';

/** The webhook endpoint behind a request's `callback_url`: the caller's own for that address, made when there is none. */
@Injectable()
export class CallbackEndpoint {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  /** Undefined without an address. One that is refused is a problem of the request, told with all others. */
  async of(caller: Principal, url: string | undefined, problems: Problem[], signal: AbortSignal): Promise<string | undefined> {
    if (url === undefined) return undefined;
    try {
      return (await this.endpoints.forCallback({ tenantId: caller.tenantId, subject: caller.subject }, url, signal)).endpointId;
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
      const why = error.problems.length > 0 ? error.problems.map(({ message }) => message) : [error.message];
      problems.push(...why.map((message) => ({ path: 'callback_url', message })));
      return undefined;
    }
  }
}
