import type { ServiceTokenClaims } from '@manga-assist/identity';
import { ToolCallRequest, type ToolCallResponse, type ToolListResponse } from '@manga-assist/schemas/tools';
import { ParsedBody, RequestSignal, RequireServiceToken, ServiceCaller } from '@manga-assist/service-kit';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ToolCalls } from './tool-calls.ts';
import { Toolbox } from './toolbox.ts';

@Controller('v1/tools')
export class ToolsController {
  constructor(
    private readonly toolbox: Toolbox,
    private readonly calls: ToolCalls,
  ) {}

  @RequireServiceToken()
  @Get()
  list(): ToolListResponse {
    return this.toolbox.list;
  }

  @RequireServiceToken()
  @Post(':name/calls')
  @HttpCode(200)
  call(
    @Param('name') name: string,
    @ParsedBody(ToolCallRequest, { unknownFields: 'drop' }) request: ToolCallRequest,
    @ServiceCaller() caller: ServiceTokenClaims,
    @RequestSignal() signal: AbortSignal,
  ): Promise<ToolCallResponse> {
    return this.calls.call(name, request, caller, signal);
  }
}
