import { AppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import type { WebhookDeliveriesResponse, WebhookDeliveryResponse } from '@manga-assist/schemas/rest';
import { Caller, ParsedQuery, RequestSignal, RequireScope } from '@manga-assist/service-kit';
import { WebhookOutbox } from '@manga-assist/webhooks';
import { Controller, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { tellRepeated, type Reply } from '../idempotency/answer-accepted.ts';
import { IdempotentRequests } from '../idempotency/idempotent-requests.ts';
import { DeliveriesQuery } from './deliveries-query.ts';
import { deliveryResponseOf } from './endpoint-response.ts';

/** What was sent to the caller's endpoints, how often and with what success. */
@Controller('v1/webhooks/deliveries')
export class WebhookDeliveriesController {
  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly idempotent: IdempotentRequests,
  ) {}

  @Get()
  @RequireScope('job:read')
  async list(@ParsedQuery(DeliveriesQuery) query: DeliveriesQuery, @Caller() { tenantId, subject }: Principal, @RequestSignal() signal: AbortSignal): Promise<WebhookDeliveriesResponse> {
    const { endpoint_id: endpointId, status, limit, before } = query;
    const wanted = { limit, ...(endpointId !== undefined && { endpointId }), ...(status !== undefined && { status }), ...(before !== undefined && { before }) };
    const { deliveries, next } = await this.outbox.deliveries({ tenantId, subject }, wanted, signal);
    return { deliveries: deliveries.map(deliveryResponseOf), ...(next !== undefined && { next }) };
  }

  /** Sent again at once, under the same webhook-id. */
  @Post(':delivery_id/redeliver')
  @HttpCode(202)
  @RequireScope('job:write')
  async redeliver(
    @Param('delivery_id') deliveryId: string,
    @Caller() caller: Principal,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
    @Headers('idempotency-key') keyHeader?: string,
  ): Promise<WebhookDeliveryResponse> {
    const { tenantId, subject } = caller;
    const operation = 'POST /v1/webhooks/deliveries/{delivery_id}/redeliver';
    const redelivered = await this.idempotent.once({ caller, operation, keyHeader, body: { deliveryId }, signal }, async () => {
      const delivery = await this.outbox.redeliver({ tenantId, subject }, deliveryId, signal);
      if (delivery === undefined) throw new AppError('not-found', 'webhooks.delivery-not-found', 'Webhook delivery not found');
      return deliveryResponseOf(delivery);
    });
    return tellRepeated(reply, redelivered);
  }
}
