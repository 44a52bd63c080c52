import { AppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { RedriveLog, type RedriveRecord } from '@manga-assist/jobs';
import { DeadLetters, QueueDepths } from '@manga-assist/queues';
import { RedriveRequest, type DeadLetterDetailResponse, type DeadLettersResponse, type RedriveResponse } from '@manga-assist/schemas/rest';
import { Caller, ParsedBody, ParsedQuery, RequestSignal, RequireScope } from '@manga-assist/service-kit';
import { Controller, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { RestApiConfig } from '../config.ts';
import { tellRepeated, type Reply } from '../idempotency/answer-accepted.ts';
import { IdempotentRequests } from '../idempotency/idempotent-requests.ts';
import { deadLetterResponseOf } from './dead-letter-response.ts';
import { DeadLettersQuery } from './dead-letters-query.ts';
import { Redrive } from './redrive.ts';

const REDRIVES_SHOWN = 50;

/** The dead-letter queues, for operators: list with reasons, inspect, redrive without editing. */
@Controller('v1/admin/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly redriving: Redrive,
    private readonly log: RedriveLog,
    private readonly depths: QueueDepths,
    private readonly idempotent: IdempotentRequests,
    private readonly config: RestApiConfig,
  ) {}

  @Get()
  @RequireScope('admin:read')
  async list(@ParsedQuery(DeadLettersQuery) query: DeadLettersQuery, @RequestSignal() signal: AbortSignal): Promise<DeadLettersResponse> {
    const { code, source_queue: sourceQueue, limit } = query;
    const filter = { ...(code !== undefined && { code }), ...(sourceQueue !== undefined && { sourceQueue }) };
    // Counted first: looking takes messages out of the count for a moment.
    const waiting = Object.fromEntries(await Promise.all(this.config.deadLetterQueues.map(async (name) => [name, (await this.depths.of(name, signal)).waiting] as const)));
    const letters = await this.deadLetters.list(filter, limit, signal);
    const byCode = Map.groupBy(letters, (letter) => letter.code);
    return {
      dead_letters: letters.map(deadLetterResponseOf),
      by_code: Object.fromEntries([...byCode].map(([name, found]) => [name, found.length])),
      waiting,
    };
  }

  @Get('redrives')
  @RequireScope('admin:read')
  async redrives(@RequestSignal() signal: AbortSignal): Promise<{ redrives: readonly RedriveRecord[] }> {
    return { redrives: await this.log.recent(REDRIVES_SHOWN, signal) };
  }

  @Get(':message_id')
  @RequireScope('admin:read')
  async inspect(@Param('message_id') messageId: string, @RequestSignal() signal: AbortSignal): Promise<DeadLetterDetailResponse> {
    const [letter] = await this.deadLetters.list({ ids: [messageId] }, 1, signal);
    if (letter === undefined) throw new AppError('not-found', 'queues.no-such-dead-letter', 'There is no such dead letter, or somebody else is looking at it.');
    return { ...deadLetterResponseOf(letter), attributes: { ...letter.attributes }, body: letter.body };
  }

  @Post('redrive')
  @HttpCode(200)
  @RequireScope('admin:write')
  async redrive(
    @ParsedBody(RedriveRequest) request: RedriveRequest,
    @Caller() caller: Principal,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
    @Headers('idempotency-key') keyHeader?: string,
  ): Promise<RedriveResponse> {
    const operation = 'POST /v1/admin/dead-letters/redrive';
    return tellRepeated(reply, await this.idempotent.once({ caller, operation, keyHeader, body: request, signal }, () => this.redriving.run(request, caller, signal)));
  }
}
