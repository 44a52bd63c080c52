import { AppError, SystemClock, type Clock } from '@manga-assist/foundation';
import { ConversationStore, type ConversationOwner, type StoredTurn, type TurnBeginning, type TurnLease } from '../conversation-store.ts';
import { RETENTION_MS } from '../retention.ts';

interface Conversation {
  lease: { turnId: string; untilMs: number } | undefined;
  expiresAtMs: number;
  turns: { turn: StoredTurn; expiresAtMs: number }[];
}

/**
 * Conversations in this process. `isDown` makes every call fail, as a table that cannot be reached does;
 * `until` is awaited before a turn begins, as a table that is slow.
 */
export class InMemoryConversationStore extends ConversationStore {
  readonly #conversations = new Map<string, Conversation>();
  readonly #clock: Clock;
  isDown = false;
  until: Promise<unknown> | undefined;

  constructor(clock: Clock = new SystemClock()) {
    super();
    this.#clock = clock;
  }

  async beginTurn(owner: ConversationOwner, { conversationId, turnId, isNewConversation }: TurnBeginning, leaseMs: number): Promise<void> {
    if (this.until !== undefined) await this.until;
    this.#answer();
    const nowMs = this.#clock.nowMs();
    let conversation = this.#find(owner, conversationId);
    if (conversation === undefined) {
      if (!isNewConversation) throw new AppError('not-found', 'conversations.not-found', 'There is no such conversation.');
      conversation = { lease: undefined, expiresAtMs: 0, turns: [] };
      this.#conversations.set(keyOf(owner, conversationId), conversation);
    }
    const { lease } = conversation;
    if (lease !== undefined && lease.turnId !== turnId && lease.untilMs > nowMs) {
      throw new AppError('conflict', 'conversations.turn-in-progress', 'The last question of this conversation is still being answered.');
    }
    conversation.lease = { turnId, untilMs: nowMs + leaseMs };
    conversation.expiresAtMs = nowMs + RETENTION_MS;
  }

  async recent(owner: ConversationOwner, conversationId: string, mostTurns: number): Promise<readonly StoredTurn[] | undefined> {
    this.#answer();
    const nowMs = this.#clock.nowMs();
    return this.#find(owner, conversationId)
      ?.turns.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
      .map(({ turn }) => turn)
      .slice(-mostTurns);
  }

  async endTurn(owner: ConversationOwner, conversationId: string, turn: StoredTurn): Promise<void> {
    this.#answer();
    const conversation = this.#find(owner, conversationId);
    if (conversation === undefined) throw new AppError('unavailable', 'conversations.unavailable', 'The conversation cannot be reached just now. Please try again.');
    if (!conversation.turns.some((stored) => stored.turn.turnId === turn.turnId)) {
      // A copy, as a table would keep it.
      conversation.turns.push({ turn: structuredClone(turn), expiresAtMs: this.#clock.nowMs() + RETENTION_MS });
    }
    release(conversation, turn.turnId);
  }

  async abandonTurn(owner: ConversationOwner, { conversationId, turnId }: TurnLease): Promise<void> {
    this.#answer();
    const conversation = this.#find(owner, conversationId);
    if (conversation !== undefined) release(conversation, turnId);
  }

  isReachable(): Promise<boolean> {
    return Promise.resolve(!this.isDown);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #find(owner: ConversationOwner, conversationId: string): Conversation | undefined {
    const conversation = this.#conversations.get(keyOf(owner, conversationId));
    return conversation !== undefined && conversation.expiresAtMs > this.#clock.nowMs() ? conversation : undefined;
  }

  #answer(): void {
    if (this.isDown) throw new AppError('unavailable', 'conversations.unavailable', 'The conversation cannot be reached just now. Please try again.');
  }
}

function keyOf({ tenantId, subject }: ConversationOwner, conversationId: string): string {
  return JSON.stringify([tenantId, subject, conversationId]);
}

function release(conversation: Conversation, turnId: string): void {
  if (conversation.lease?.turnId === turnId) conversation.lease = undefined;
}
