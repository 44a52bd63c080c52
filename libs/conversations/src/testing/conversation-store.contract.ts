import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import type { ConversationStore } from '../conversation-store.ts';
import { aTurn } from './a-turn.ts';

const shopper = { tenantId: 'store', subject: 'demo-customer-1' };
const LEASE_MS = 15_000;
const DAY_MS = 86_400_000;
const turnId = (number: number): string => `trn_01ARZ3NDEKTSV4RRFFQ69G5F${String(number).padStart(2, '0')}`;

/** What every ConversationStore promises. `open` gives a store that reads the given clock. */
export function conversationStoreContract(open: (clock: StoppedClock) => ConversationStore): void {
  describe('as a ConversationStore', () => {
    let clock: StoppedClock;
    let store: ConversationStore;
    let conversationId: string;

    const begin = (turn: number, isNewConversation = false, owner = shopper): Promise<void> =>
      store.beginTurn(owner, { conversationId, turnId: turnId(turn), isNewConversation }, LEASE_MS);
    const have = async (...turns: number[]): Promise<void> => {
      for (const turn of turns) {
        await begin(turn, true);
        await store.endTurn(shopper, conversationId, aTurn({ turnId: turnId(turn), question: `question ${turn}` }));
      }
    };
    const questions = async (mostTurns = 10, owner = shopper): Promise<readonly string[] | undefined> =>
      (await store.recent(owner, conversationId, mostTurns))?.map(({ question }) => question);

    beforeEach(() => {
      clock = new StoppedClock(Date.now());
      store = open(clock);
      conversationId = randomUUID();
    });

    it('gives a turn back as it was appended', async () => {
      const turn = aTurn({
        toolRounds: [
          {
            toolUses: [{ toolUseId: 't1', name: 'search_manga_catalog', input: { query: '海賊', max_results: 5, deep: [[[{ empty: '' }]]] } }],
            results: [{ toolUseId: 't1', status: 'success', content: { results: [], total: 0 } }],
          },
        ],
        outcome: 'cancelled',
        answer: '',
        costUsd: 0.000_125,
      });

      await begin(1, true);
      await store.endTurn(shopper, conversationId, turn);

      expect(await store.recent(shopper, conversationId, 10)).toEqual([turn]);
    });

    it('gives the newest turns that were asked for, oldest first', async () => {
      await have(1, 2, 3);

      expect(await questions(2)).toEqual(['question 2', 'question 3']);
    });

    it('does not know a conversation that never was', async () => {
      expect(await store.recent(shopper, randomUUID(), 10)).toBeUndefined();
    });

    it('knows a conversation whose first turn has not ended', async () => {
      await begin(1, true);

      expect(await questions()).toEqual([]);
    });

    it('does not know a conversation of another shopper or tenant', async () => {
      await have(1);

      expect(await questions(10, { tenantId: 'store', subject: 'demo-customer-2' })).toBeUndefined();
      expect(await questions(10, { tenantId: 'partner', subject: shopper.subject })).toBeUndefined();
      await expect(begin(2, false, { tenantId: 'store', subject: 'demo-customer-2' })).rejects.toMatchObject({ kind: 'not-found' });
    });

    it('keeps names apart that look alike when joined', async () => {
      await have(1);

      expect(await questions(10, { tenantId: 'store#U#demo-customer-1', subject: '' })).toBeUndefined();
      expect(await questions(10, { tenantId: 'store', subject: 'demo-customer-1#C#x' })).toBeUndefined();
    });

    it('refuses to go on with a conversation that is not there', async () => {
      await expect(begin(1)).rejects.toMatchObject({ kind: 'not-found', code: 'conversations.not-found' });
      expect(await questions()).toBeUndefined();
    });

    it('lets one turn in at a time', async () => {
      await begin(1, true);

      await expect(begin(2)).rejects.toMatchObject({ kind: 'conflict', code: 'conversations.turn-in-progress' });
    });

    it('lets exactly one of many racing turns in', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => begin(index, true)));

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('lets the next turn in when one has ended or was abandoned', async () => {
      await have(1);
      await begin(2);
      await store.abandonTurn(shopper, { conversationId, turnId: turnId(2) });
      await begin(3);

      expect(await questions()).toEqual(['question 1']);
    });

    it('ignores the abandoning of a turn that does not hold the lease', async () => {
      await begin(1, true);
      await store.abandonTurn(shopper, { conversationId, turnId: turnId(2) });

      await expect(begin(3)).rejects.toMatchObject({ kind: 'conflict' });
    });

    it('lets the next turn in when a lease has run out', async () => {
      await begin(1, true);
      clock.advance(LEASE_MS);

      await expect(begin(2)).resolves.toBeUndefined();
    });

    it('extends the lease of a turn that begins again', async () => {
      await begin(1, true);
      clock.advance(LEASE_MS - 1);
      await begin(1);
      clock.advance(LEASE_MS - 1);

      await expect(begin(2)).rejects.toMatchObject({ kind: 'conflict' });
    });

    it('appends a turn once however often it is sent', async () => {
      await have(1);
      await store.endTurn(shopper, conversationId, aTurn({ turnId: turnId(1), question: 'something else' }));

      expect(await questions()).toEqual(['question 1']);
    });

    it('leaves the lease to its holder when an older turn is sent again', async () => {
      await have(1);
      await begin(2);
      await store.endTurn(shopper, conversationId, aTurn({ turnId: turnId(1) }));

      await expect(begin(3)).rejects.toMatchObject({ kind: 'conflict' });
    });

    it('forgets a conversation after thirty days', async () => {
      await have(1);
      clock.advance(30 * DAY_MS + 1_000);

      expect(await questions()).toBeUndefined();
      await expect(begin(2)).rejects.toMatchObject({ kind: 'not-found' });
    });

    it('forgets old turns of a conversation that goes on', async () => {
      await have(1);
      clock.advance(20 * DAY_MS);
      await have(2);
      clock.advance(11 * DAY_MS);

      expect(await questions()).toEqual(['question 2']);
    });

    it('is reachable', async () => {
      expect(await store.isReachable(AbortSignal.timeout(5_000))).toBe(true);
    });
  });
}
