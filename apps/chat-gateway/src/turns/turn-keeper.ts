import { Injectable } from '@nestjs/common';
import { ConversationStore, type StoredTurn, type TurnBeginning } from '@manga-assist/conversations';
import { toAppError } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { Timers } from '@manga-assist/resilience';
import type { Turn } from './turn.ts';

/** A gateway that dies gives its conversations back within this time. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** More than fit into a prompt. */
const MOST_EARLIER_TURNS = 20;
/** When the table is away at the end of a turn, the turn waits for it here. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** A turn's hold on its conversation. */
export interface Lease {
  /** Of the conversation, oldest first. */
  earlier(): Promise<readonly StoredTurn[]>;
  /** Stores the turn and gives the conversation back. Never fails: what cannot be stored now is stored later. */
  end(turn: StoredTurn): Promise<void>;
  /** Gives the conversation back with nothing said. */
  abandon(): Promise<void>;
}

/** Keeps one turn at a time in each conversation, and every turn that said something. */
@Injectable()
export class TurnKeeper {
  /** Whether the table answered when it was asked last. */
  #isWell = false;

  constructor(
    private readonly conversations: ConversationStore,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Whether beginning this turn can hardly fail: nobody else knows a new conversation, and the table answers. */
  isSureOf({ question }: Turn): boolean {
    return question.isNewConversation && this.#isWell;
  }

  /** Errors as `ConversationStore.beginTurn`. */
  async begin({ owner, turnId, question }: Turn): Promise<Lease> {
    const { conversationId, isNewConversation } = question;
    const logger = this.logger.child({ turnId });
    await this.#take(owner, { conversationId, turnId, isNewConversation });

    let renewing: Promise<void> = Promise.resolve();
    const renewal = this.timers.start(RENEW_MS, () => {
      renewal.restart();
      renewing = this.conversations
        .beginTurn(owner, { conversationId, turnId, isNewConversation: true }, LEASE_MS)
        .catch((error: unknown) => logger.warn({ error }, 'the lease could not be renewed'));
    });
    const stopRenewing = async (): Promise<void> => {
      renewal.stop();
      // A renewal that arrives after the end would take the conversation again.
      await renewing;
    };

    return {
      earlier: async () => (isNewConversation ? [] : ((await this.conversations.recent(owner, conversationId, MOST_EARLIER_TURNS)) ?? [])),
      end: async (turn) => {
        await stopRenewing();
        await this.conversations.endTurn(owner, conversationId, turn).catch((error: unknown) => {
          logger.warn({ error }, 'the turn could not be stored: trying again');
          void this.#storeLater(() => this.conversations.endTurn(owner, conversationId, turn), logger);
        });
      },
      abandon: async () => {
        await stopRenewing();
        await this.conversations
          .abandonTurn(owner, { conversationId, turnId })
          .catch((error: unknown) => logger.warn({ error }, 'the conversation could not be given back: its lease ends by itself'));
      },
    };
  }

  async #take(owner: Turn['owner'], beginning: TurnBeginning): Promise<void> {
    try {
      await this.conversations.beginTurn(owner, beginning, LEASE_MS);
      this.#isWell = true;
    } catch (error) {
      // A refusal is an answer too.
      this.#isWell = toAppError(error).kind !== 'unavailable';
      throw error;
    }
  }

  async #storeLater(store: () => Promise<void>, logger: Logger): Promise<void> {
    for (const delayMs of RETRY_DELAYS_MS) {
      await new Promise<void>((resolve) => void setTimeout(resolve, delayMs).unref());
      try {
        await store();
        return;
      } catch (error) {
        logger.debug({ error }, 'the turn could not be stored');
      }
    }
    logger.error('a turn is lost: it could not be stored');
  }
}
