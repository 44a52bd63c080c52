import { Injectable } from '@nestjs/common';
import { Ids } from '@manga-assist/foundation';
import { ApiKeys, ChatTickets, hasScope, type Principal } from '@manga-assist/identity';
import { ChatGatewayConfig } from '../config.ts';
import { unauthenticated, type Handshake } from './check-handshake.ts';
import { UpgradeRefusal } from './upgrade-refusal.ts';

const VERIFY_LIMIT_MS = 3_000;

/** Finds out who opens a socket. */
@Injectable()
export class ShopperCheck {
  constructor(
    private readonly config: ChatGatewayConfig,
    private readonly apiKeys: ApiKeys,
    private readonly tickets: ChatTickets,
    private readonly ids: Ids,
  ) {}

  /** Throws an `UpgradeRefusal`, or `identity.unavailable` when nobody can say. */
  async principalOf({ credential, origin }: Handshake): Promise<Principal> {
    const principal = await this.#find(credential, origin);
    if (principal === undefined) throw unauthenticated();
    if (!hasScope(principal, 'chat:connect')) throw new UpgradeRefusal(403, 'chat.forbidden', 'This credential may not chat.');
    return principal;
  }

  async #find({ apiKey, ticket }: Handshake['credential'], origin: string | undefined): Promise<Principal | undefined> {
    if (apiKey !== undefined) return this.apiKeys.verify(apiKey, AbortSignal.timeout(VERIFY_LIMIT_MS));
    if (ticket !== undefined) return this.tickets.redeem(ticket, origin);
    return this.config.allowGuests ? this.#guest() : undefined;
  }

  /** Somebody new each time: a guest's conversation ends with the socket. */
  #guest(): Principal {
    return { tenantId: this.config.guestTenantId, subject: this.ids.sortable('guest').replace('_', '-'), scopes: ['chat:connect'], kind: 'guest' };
  }
}
