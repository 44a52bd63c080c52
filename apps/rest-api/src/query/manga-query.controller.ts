import type { Principal } from '@manga-assist/identity';
import { MangaQueryRequest, type MangaQueryResponse } from '@manga-assist/schemas/rest';
import { Caller, ParsedBody, problemOf, RequestId, RequestSignal, RequireScope, toServiceError } from '@manga-assist/service-kit';
import { Controller, Headers, HttpCode, Post, Res, type StreamableFile } from '@nestjs/common';
import { tellRepeated, type Reply } from '../idempotency/answer-accepted.ts';
import { IdempotentRequests } from '../idempotency/idempotent-requests.ts';
import { AnswerQuery } from './answer-query.ts';
import { streamAnswer, wantsEventStream } from './answer-stream.ts';

const ASK = 'POST /v1/manga/query';

@Controller('v1/manga')
export class MangaQueryController {
  constructor(
    private readonly answerQuery: AnswerQuery,
    private readonly idempotent: IdempotentRequests,
  ) {}

  @Post('query')
  @HttpCode(200)
  @RequireScope('query:write')
  query(
    @ParsedBody(MangaQueryRequest) request: MangaQueryRequest,
    @Caller() caller: Principal,
    @RequestId() requestId: string,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
    @Headers('accept') accept?: string,
    @Headers('idempotency-key') keyHeader?: string,
  ): Promise<MangaQueryResponse | StreamableFile> {
    const answering = async (onPiece?: (piece: string) => void): Promise<MangaQueryResponse> => {
      const call = { caller, requestId, signal, onPiece };
      return tellRepeated(reply, await this.idempotent.once({ caller, operation: ASK, keyHeader, body: request, signal }, () => this.answerQuery.run(request, call)));
    };
    if (!wantsEventStream(accept)) return answering();
    return streamAnswer(answering, (error) => problemOf(toServiceError(error), requestId));
  }
}
