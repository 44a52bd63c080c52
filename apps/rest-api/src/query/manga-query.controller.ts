import type { Principal } from '@manga-assist/identity';
import { MangaQueryRequest, type MangaQueryResponse } from '@manga-assist/schemas/rest';
import { Caller, ParsedBody, problemOf, RequestId, RequestSignal, RequireScope, toServiceError } from '@manga-assist/service-kit';
import { Controller, Headers, HttpCode, Post, type StreamableFile } from '@nestjs/common';
import { AnswerQuery } from './answer-query.ts';
import { streamAnswer, wantsEventStream } from './answer-stream.ts';

@Controller('v1/manga')
export class MangaQueryController {
  constructor(private readonly answerQuery: AnswerQuery) {}

  @Post('query')
  @HttpCode(200)
  @RequireScope('query:write')
  query(
    @ParsedBody(MangaQueryRequest) request: MangaQueryRequest,
    @Caller() caller: Principal,
    @RequestId() requestId: string,
    @RequestSignal() signal: AbortSignal,
    @Headers('accept') accept?: string,
  ): Promise<MangaQueryResponse | StreamableFile> {
    const call = { caller, requestId, signal };
    if (!wantsEventStream(accept)) return this.answerQuery.run(request, call);
    return streamAnswer(
      (onPiece) => this.answerQuery.run(request, { ...call, onPiece }),
      (error) => problemOf(toServiceError(error), requestId),
    );
  }
}
