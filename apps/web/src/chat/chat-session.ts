import type { ServerFrame } from '@manga-assist/schemas/chat';
import { ChatConnection, type ChatAddress } from './chat-connection.ts';
import { chatReducer, type ChatAction } from './chat-reducer.ts';
import { emptyChat, runningTurn, type ChatState, type ModelAlias, type Turn } from './chat-state.ts';

export interface ChatSessionOptions {
  address(signal: AbortSignal): Promise<ChatAddress>;
  random?: () => number;
  firstDelayMs?: number;
  /** How long the gateway may take to confirm a stop. */
  stopLimitMs?: number;
}

/** Tokens reach the page in batches: about twenty renders a second, however fast the model is. */
const RENDER_EVERY_MS = 50;
const STOP_LIMIT_MS = 5_000;
/** Resumes that bring nothing before the answer counts as interrupted. */
const MOST_VAIN_RESUMES = 3;

/**
 * The chat as the page sees it: `subscribe` and `snapshot` fit useSyncExternalStore.
 * A lost socket is not a lost answer: the next one resumes the running turn, or sends its question again
 * under the same id when the gateway never said that it started.
 */
export class ChatSession {
  readonly #connection: ChatConnection;
  readonly #listeners = new Set<() => void>();
  readonly #stopLimitMs: number;
  #state: ChatState = emptyChat;
  #published: ChatState = emptyChat;
  #renderTimer: ReturnType<typeof setTimeout> | undefined;
  #stopTimer: ReturnType<typeof setTimeout> | undefined;
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  #resume = { isAwaited: false, fromSequence: -1, vain: 0 };
  /** A turn that the shopper left while there was no socket to say so. */
  #turnToCancel: string | null = null;
  #isToldToReconnect = false;

  constructor({ stopLimitMs = STOP_LIMIT_MS, ...options }: ChatSessionOptions) {
    this.#stopLimitMs = stopLimitMs;
    this.#connection = new ChatConnection({
      ...options,
      onFrame: (frame) => this.#receive(frame),
      onChange: (connection) => this.#apply({ type: 'connection-changed', connection }),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ChatState => this.#published;

  /** Opens the connection, or opens it again at once. */
  connect(): void {
    this.#forgetReconnect();
    this.#connection.connect();
  }

  close(): void {
    clearTimeout(this.#renderTimer);
    clearTimeout(this.#stopTimer);
    this.#forgetReconnect();
    this.#connection.close();
  }

  /** Sends a question, at once or as soon as there is a connection. While a turn runs it does nothing. */
  ask(question: string, model: ModelAlias, replaces?: string): void {
    if (runningTurn(this.#state)) return;
    this.#resume = { isAwaited: false, fromSequence: -1, vain: 0 };
    this.#apply({ type: 'question-asked', clientMessageId: crypto.randomUUID(), question, model, replaces });
    if (this.#isToldToReconnect || this.#state.connection.kind === 'closed') this.connect();
    else this.#sendQuestion();
  }

  /** Asks a failed or stopped question again, in its place. */
  askAgain({ question, model, clientMessageId }: Turn): void {
    this.ask(question, model, clientMessageId);
  }

  /** Keeps what has arrived. The answer ends when the gateway says so, or when it takes too long to say so. */
  stop(): void {
    const turn = runningTurn(this.#state);
    if (!turn || turn.stopRequested) return;
    this.#apply({ type: 'stop-requested' });
    if (!this.#connection.isOpen) return this.#leaveTurn(turn);
    if (turn.turnId) this.#connection.send({ type: 'chat.cancel', turn_id: turn.turnId });
    this.#stopTimer = setTimeout(() => {
      if (runningTurn(this.#state)?.clientMessageId !== turn.clientMessageId) return;
      this.#leaveTurn(turn);
      // Token frames name no turn: on a new socket none of the old answer can arrive.
      this.connect();
    }, this.#stopLimitMs);
  }

  startOver(): void {
    const turn = runningTurn(this.#state);
    this.#apply({ type: 'conversation-left' });
    if (!turn) return;
    clearTimeout(this.#stopTimer);
    if (turn.turnId && !this.#connection.send({ type: 'chat.cancel', turn_id: turn.turnId })) this.#turnToCancel = turn.turnId;
    this.connect();
  }

  #leaveTurn(turn: Turn): void {
    this.#turnToCancel = turn.turnId;
    this.#apply({ type: 'turn-left' });
  }

  #receive(frame: ServerFrame): void {
    this.#apply({ type: 'frame-received', frame });
    if (frame.type === 'hello') this.#pickUp();
    if (frame.type === 'reconnect') this.#reconnectAfter(frame.after_ms);
    if (frame.type === 'turn.started') this.#cancelIfStopped();
    if (frame.type === 'turn.resumed') this.#resume.isAwaited = false;
    const turn = runningTurn(this.#state);
    if (turn?.hasGap) this.#askForTheRest(turn);
    if (!turn) {
      clearTimeout(this.#stopTimer);
      // The gateway said when; a turn that took longer was waited for.
      if (this.#isToldToReconnect && !this.#reconnectTimer) this.connect();
    }
  }

  /** After every `hello`: say what could not be said, and get the running turn back. */
  #pickUp(): void {
    this.#forgetReconnect();
    if (this.#turnToCancel) this.#connection.send({ type: 'chat.cancel', turn_id: this.#turnToCancel });
    this.#turnToCancel = null;
    this.#resume.isAwaited = false;
    const turn = runningTurn(this.#state);
    if (!turn) return;
    if (!turn.turnId) return this.#sendQuestion();
    this.#askForTheRest(turn);
    this.#cancelIfStopped();
  }

  #sendQuestion(): void {
    const turn = runningTurn(this.#state);
    if (!turn) return;
    this.#connection.send({
      type: 'chat.send',
      client_message_id: turn.clientMessageId,
      conversation_id: this.#state.conversationId,
      text: turn.question,
      model: turn.model,
      language: 'auto',
      max_tokens: 1024,
    });
  }

  #askForTheRest({ turnId, epoch, sequence }: Turn): void {
    if (this.#resume.isAwaited || !turnId || !epoch) return;
    const vain = sequence === this.#resume.fromSequence ? this.#resume.vain + 1 : 0;
    if (vain > MOST_VAIN_RESUMES) return this.#apply({ type: 'turn-failed', failure: { code: 'turn_interrupted', retryable: true, retryAfterMs: 0 } });
    const isSent = this.#connection.send({ type: 'chat.resume', turn_id: turnId, epoch, after_sequence: sequence });
    if (isSent) this.#resume = { isAwaited: true, fromSequence: sequence, vain };
  }

  #cancelIfStopped(): void {
    const turn = runningTurn(this.#state);
    if (turn?.stopRequested && turn.turnId) this.#connection.send({ type: 'chat.cancel', turn_id: turn.turnId });
  }

  /** A draining gateway lets a running turn finish, so the move waits for its end. */
  #reconnectAfter(delayMs: number): void {
    this.#forgetReconnect();
    this.#isToldToReconnect = true;
    this.#reconnectTimer = setTimeout(() => {
      this.#reconnectTimer = undefined;
      if (!runningTurn(this.#state)) this.connect();
    }, delayMs);
  }

  #forgetReconnect(): void {
    clearTimeout(this.#reconnectTimer);
    this.#reconnectTimer = undefined;
    this.#isToldToReconnect = false;
  }

  #apply(action: ChatAction): void {
    this.#state = chatReducer(this.#state, action);
    if (action.type === 'connection-changed' && action.connection.kind === 'closed' && runningTurn(this.#state)) {
      return this.#apply({ type: 'turn-failed', failure: { code: 'connection_lost', retryable: true, retryAfterMs: 0 } });
    }
    const isToken = action.type === 'frame-received' && action.frame.type === 'token';
    if (!isToken) return this.#publish();
    this.#renderTimer ??= setTimeout(() => this.#publish(), RENDER_EVERY_MS);
  }

  #publish(): void {
    clearTimeout(this.#renderTimer);
    this.#renderTimer = undefined;
    if (this.#published === this.#state) return;
    this.#published = this.#state;
    for (const listener of this.#listeners) listener();
  }
}
