import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoppedClock } from '@manga-assist/foundation/testing';
import type { ChatTickets } from '../credentials.ts';
import { DEMO_PRINCIPAL } from './known-api-keys.ts';

const SHOP = 'http://127.0.0.1:4200';

export function chatTicketsContract(open: () => Promise<{ tickets: ChatTickets; clock: StoppedClock }>): void {
  describe('as ChatTickets', () => {
    let tickets: ChatTickets;
    let clock: StoppedClock;
    beforeAll(async () => ({ tickets, clock } = await open()));
    afterAll(() => tickets.close());

    it('gives out tickets that stand for their principal', async () => {
      const { ticket, expiresInSeconds } = await tickets.issue(DEMO_PRINCIPAL, SHOP);

      expect(ticket).toMatch(/^[\w-]{43}$/);
      expect(expiresInSeconds).toBe(30);
      expect(await tickets.redeem(ticket, SHOP)).toEqual({ ...DEMO_PRINCIPAL, kind: 'ticket' });
    });

    it('takes a ticket once, even when many come with it at the same time', async () => {
      const { ticket } = await tickets.issue(DEMO_PRINCIPAL, undefined);

      const holders = await Promise.all(Array.from({ length: 20 }, () => tickets.redeem(ticket, undefined)));

      expect(holders.filter((holder) => holder !== undefined)).toHaveLength(1);
      expect(await tickets.redeem(ticket, undefined)).toBeUndefined();
    });

    it('refuses a ticket from another origin, and uses it up', async () => {
      const { ticket } = await tickets.issue(DEMO_PRINCIPAL, SHOP);

      expect(await tickets.redeem(ticket, 'https://elsewhere.example')).toBeUndefined();
      expect(await tickets.redeem(ticket, SHOP)).toBeUndefined();
    });

    it('refuses a ticket after 30 seconds', async () => {
      const { ticket } = await tickets.issue(DEMO_PRINCIPAL, SHOP);
      clock.advance(30_000);

      expect(await tickets.redeem(ticket, SHOP)).toBeUndefined();
    });

    it('refuses what is no ticket', async () => {
      for (const wrong of ['', 'x'.repeat(43), 'ticket', '漫画', 'x'.repeat(10_000)]) expect(await tickets.redeem(wrong, SHOP)).toBeUndefined();
    });
  });
}
