import { Controller, Get, Res } from '@nestjs/common';
import { Public, RequestId } from '@manga-assist/service-kit';
import type { FastifyReply } from 'fastify';
import { upgradeRequired } from './check-handshake.ts';
import { refusalProblem } from './upgrade-refusal.ts';

/** Tells whoever opens the chat's address in a browser what it is. */
@Controller('v1/chat')
export class UpgradeRequiredController {
  @Get()
  @Public()
  tell(@Res() reply: FastifyReply, @RequestId() requestId: string): void {
    const refusal = upgradeRequired();
    void reply.code(refusal.status).headers(refusal.headers).type('application/problem+json').send(refusalProblem(refusal, requestId));
  }
}
