import { AppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { WebhookEndpointChange, WebhookEndpointRequest, type WebhookEndpointResponse, type WebhookSecretResponse } from '@manga-assist/schemas/rest';
import { Caller, ParsedBody, RequestSignal, RequireScope } from '@manga-assist/service-kit';
import { WebhookEndpoints } from '@manga-assist/webhooks';
import { Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { tellRepeated, type Reply } from '../idempotency/answer-accepted.ts';
import { IdempotentRequests } from '../idempotency/idempotent-requests.ts';
import { endpointResponseOf } from './endpoint-response.ts';

const noSuchEndpoint = (): AppError => new AppError('not-found', 'webhooks.endpoint-not-found', 'Webhook endpoint not found');

/** Where the caller wants to be told of its jobs' ends. Another owner's endpoint and none are the same answer. */
@Controller('v1/webhooks/endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly idempotent: IdempotentRequests,
  ) {}

  @Post()
  @HttpCode(201)
  @RequireScope('job:write')
  async register(
    @ParsedBody(WebhookEndpointRequest) request: WebhookEndpointRequest,
    @Caller() caller: Principal,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
    @Headers('idempotency-key') keyHeader?: string,
  ): Promise<WebhookSecretResponse> {
    const registered = await this.idempotent.once({ caller, operation: 'POST /v1/webhooks/endpoints', keyHeader, body: request, signal }, async () => {
      const { endpoint, secret } = await this.endpoints.register(ownerOf(caller), { url: request.url, eventTypes: request.event_types }, signal);
      return { ...endpointResponseOf(endpoint), secret };
    });
    return tellRepeated(reply, registered);
  }

  @Get()
  @RequireScope('job:read')
  async list(@Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<{ endpoints: WebhookEndpointResponse[] }> {
    return { endpoints: (await this.endpoints.list(ownerOf(caller), signal)).map(endpointResponseOf) };
  }

  @Get(':endpoint_id')
  @RequireScope('job:read')
  async get(@Param('endpoint_id') endpointId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<WebhookEndpointResponse> {
    return endpointResponseOf(found(await this.endpoints.get(ownerOf(caller), endpointId, signal)));
  }

  @Patch(':endpoint_id')
  @RequireScope('job:write')
  async change(
    @Param('endpoint_id') endpointId: string,
    @ParsedBody(WebhookEndpointChange) { url, event_types, status }: WebhookEndpointChange,
    @Caller() caller: Principal,
    @RequestSignal() signal: AbortSignal,
  ): Promise<WebhookEndpointResponse> {
    const change = { ...(url !== undefined && { url }), ...(event_types !== undefined && { eventTypes: event_types }), ...(status !== undefined && { status }) };
    return endpointResponseOf(found(await this.endpoints.update(ownerOf(caller), endpointId, change, signal)));
  }

  @Post(':endpoint_id/rotate-secret')
  @HttpCode(200)
  @RequireScope('job:write')
  async rotateSecret(
    @Param('endpoint_id') endpointId: string,
    @Caller() caller: Principal,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
    @Headers('idempotency-key') keyHeader?: string,
  ): Promise<WebhookSecretResponse> {
    const operation = 'POST /v1/webhooks/endpoints/{endpoint_id}/rotate-secret';
    const rotated = await this.idempotent.once({ caller, operation, keyHeader, body: { endpointId }, signal }, async () => {
      const { endpoint, secret } = found(await this.endpoints.rotateSecret(ownerOf(caller), endpointId, signal));
      return { ...endpointResponseOf(endpoint), secret };
    });
    return tellRepeated(reply, rotated);
  }

  @Delete(':endpoint_id')
  @HttpCode(204)
  @RequireScope('job:write')
  async remove(@Param('endpoint_id') endpointId: string, @Caller() caller: Principal, @RequestSignal() signal: AbortSignal): Promise<void> {
    if (!(await this.endpoints.remove(ownerOf(caller), endpointId, signal))) throw noSuchEndpoint();
  }
}

function ownerOf({ tenantId, subject }: Principal): { tenantId: string; subject: string } {
  return { tenantId, subject };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw noSuchEndpoint();
  return value;
}
