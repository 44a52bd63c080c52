/** Whose conversation it is. A foreign conversation cannot be named: the owner is part of its key. */
export interface ConversationOwner {
  tenantId: string;
  subject: string;
}

/** What a turn's tools were asked and answered, kept so that the model can be shown it again. */
export interface RecordedToolRound {
  toolUses: readonly { toolUseId: string; name: string; input: Record<string, unknown> }[];
  /** One for every tool use, in the same order. */
  results: readonly { toolUseId: string; status: 'success' | 'error'; content: Record<string, unknown> }[];
}

/** One question and its answer. Append-only: a turn is never changed after it is stored. */
export interface StoredTurn {
  turnId: string;
  clientMessageId: string;
  atMs: number;
  question: string;
  answer: string;
  language: 'en' | 'ja';
  toolRounds: readonly RecordedToolRound[];
  /** How it ended; a partial answer is kept and marked. */
  outcome: 'complete' | 'cancelled' | 'failed';
  model: string;
  usage: { inputTokens: number; outputTokens: number };
  costUsd: number;
}

export interface TurnLease {
  conversationId: string;
  turnId: string;
}

export interface TurnBeginning extends TurnLease {
  /** True creates the conversation; false wants it to be there already. */
  isNewConversation: boolean;
}

export abstract class ConversationStore {
  /**
   * Takes the conversation's one active turn, creating the conversation when it is new. The lease ends
   * by itself after `leaseMs`, so that a crashed gateway blocks nobody for long; beginning the same
   * turn again makes it last `leaseMs` from now.
   * Errors: `conflict` `conversations.turn-in-progress`; `not-found` `conversations.not-found`, also
   * when the conversation is someone else's; `unavailable` `conversations.unavailable`.
   */
  abstract beginTurn(owner: ConversationOwner, beginning: TurnBeginning, leaseMs: number): Promise<void>;

  /** The newest turns that fit, oldest first. Unknown and foreign conversations are both undefined. */
  abstract recent(owner: ConversationOwner, conversationId: string, mostTurns: number): Promise<readonly StoredTurn[] | undefined>;

  /** Appends the turn and gives the lease back. Appending the same turn again changes nothing. */
  abstract endTurn(owner: ConversationOwner, conversationId: string, turn: StoredTurn): Promise<void>;

  /** Gives the lease back without a turn: nothing was answered. Does nothing when the lease is another turn's. */
  abstract abandonTurn(owner: ConversationOwner, lease: TurnLease): Promise<void>;

  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}
