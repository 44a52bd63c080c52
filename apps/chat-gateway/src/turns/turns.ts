import type { ConversationOwner } from '@manga-assist/conversations';
import type { Turn } from './turn.ts';

/** `refused`: it never began. */
export type TurnOutcome = 'complete' | 'cancelled' | 'failed' | 'refused';

export interface TurnsOptions {
  /** How long an ended turn is kept, in milliseconds. */
  keepMs: number;
}

/** The turns of this gateway: running ones, and ended ones for as long as they can be resumed. */
export class Turns {
  readonly #keepMs: number;
  readonly #byId = new Map<string, Turn>();
  readonly #byClientMessage = new Map<string, Turn>();
  readonly #running = new Set<Turn>();
  readonly #idle = new Set<() => void>();

  constructor({ keepMs }: TurnsOptions) {
    this.#keepMs = keepMs;
  }

  get running(): number {
    return this.#running.size;
  }

  add(turn: Turn): void {
    this.#byId.set(turn.turnId, turn);
    this.#byClientMessage.set(messageKey(turn.owner, turn.question.clientMessageId), turn);
    this.#running.add(turn);
  }

  /** Undefined when it is unknown, forgotten or somebody else's: the three look the same. */
  byId(owner: ConversationOwner, turnId: string): Turn | undefined {
    const turn = this.#byId.get(turnId);
    return turn !== undefined && isOwn(turn, owner) ? turn : undefined;
  }

  byClientMessage(owner: ConversationOwner, clientMessageId: string): Turn | undefined {
    return this.#byClientMessage.get(messageKey(owner, clientMessageId));
  }

  /** The turn is over: kept for resuming, then forgotten. A failed one lets its question be asked again under the same id. */
  settled(turn: Turn, outcome: TurnOutcome): void {
    this.#running.delete(turn);
    if (outcome === 'failed' || outcome === 'refused') this.#forgetMessage(turn);
    if (outcome === 'refused') this.#byId.delete(turn.turnId);
    else {
      setTimeout(() => {
        this.#byId.delete(turn.turnId);
        this.#forgetMessage(turn);
      }, this.#keepMs).unref();
    }
    if (this.#running.size === 0) for (const wake of this.#idle) wake();
  }

  /** Ends what still runs: the gateway stops. */
  interruptAll(): void {
    for (const turn of this.#running) turn.interrupt();
  }

  /** Resolves when no turn is running, or after `limitMs`. */
  async whenIdle(limitMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      const wake = (): void => {
        clearTimeout(timer);
        this.#idle.delete(wake);
        resolve();
      };
      this.#idle.add(wake);
    });
  }

  #forgetMessage(turn: Turn): void {
    const key = messageKey(turn.owner, turn.question.clientMessageId);
    if (this.#byClientMessage.get(key) === turn) this.#byClientMessage.delete(key);
  }
}

function messageKey({ tenantId, subject }: ConversationOwner, clientMessageId: string): string {
  return JSON.stringify([tenantId, subject, clientMessageId]);
}

function isOwn(turn: Turn, { tenantId, subject }: ConversationOwner): boolean {
  return turn.owner.tenantId === tenantId && turn.owner.subject === subject;
}
