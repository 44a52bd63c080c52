import { Controller, Headers, Post } from '@nestjs/common';
import { ChatTickets, type Principal } from '@manga-assist/identity';
import { Caller, ParsedBody, RequireScope } from '@manga-assist/service-kit';
import { ChatTicketRequest } from './chat-ticket.request.ts';

/** Tickets open one WebSocket each, so that a browser never holds an API key. */
@Controller('v1/chat/tickets')
export class TicketsController {
  constructor(private readonly tickets: ChatTickets) {}

  @Post()
  @RequireScope('ticket:issue')
  async issue(
    @Caller() caller: Principal,
    @ParsedBody(ChatTicketRequest) { customer_id: customerId }: ChatTicketRequest,
    @Headers('origin') origin?: string,
  ): Promise<{ ticket: string; expires_in_s: number }> {
    const shopper: Principal = { tenantId: caller.tenantId, subject: customerId ?? caller.subject, scopes: ['chat:connect'], kind: 'ticket' };
    const { ticket, expiresInSeconds } = await this.tickets.issue(shopper, origin);
    return { ticket, expires_in_s: expiresInSeconds };
  }
}
