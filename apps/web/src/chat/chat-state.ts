import type { ChatErrorCode, ChatSendFrame, TokenUsage, TurnToolFrame, TurnUsageFrame } from '@manga-assist/schemas/chat';
import type { ProductCard } from '@manga-assist/schemas/tools';

export type ModelAlias = ChatSendFrame['model'];

/** In the order they are offered. */
export const MODELS: readonly ModelAlias[] = ['haiku', 'sonnet', 'auto'];

/** What was chosen, or the quick model when that is nothing we know. */
export const modelNamed = (name: string | null | undefined): ModelAlias => MODELS.find((model) => model === name) ?? 'haiku';

/** Why the page stopped trying: the shopper decides what happens next. */
export type ClosedReason = 'ended' | 'replaced' | 'refused';

export type ConnectionState = { kind: 'connecting' } | { kind: 'open' } | { kind: 'waiting' } | { kind: 'closed'; reason: ClosedReason };

export interface ToolStep {
  name: string;
  state: TurnToolFrame['state'];
  /** The token sequence after which this step was seen. */
  afterSequence: number;
  /** Set by a resume: the gateway may send this step a second time. */
  mayRepeat: boolean;
}

/** `connection_lost` is the page's own: nothing of the gateway can say it. */
export type FailureCode = ChatErrorCode | 'connection_lost';

export interface Failure {
  code: FailureCode;
  retryable: boolean;
  retryAfterMs: number;
}

/** `sending` until the gateway says `turn.started`; the last three are final. */
export type TurnPhase = 'sending' | 'answering' | 'complete' | 'stopped' | 'failed';

export interface Turn {
  clientMessageId: string;
  question: string;
  model: ModelAlias;
  phase: TurnPhase;
  turnId: string | null;
  epoch: string | null;
  text: string;
  /** Sequence of the last token in `text`; the next one is this plus one. */
  sequence: number;
  /** A token is missing before those that arrive: only a resume can bring it. */
  hasGap: boolean;
  stopRequested: boolean;
  tools: readonly ToolStep[];
  /** What the tools found, each series once. */
  products: readonly ProductCard[];
  /** The alias that served; a deployment may have names of its own. */
  answeredBy: string;
  /** Another model than the one asked for answered. */
  degraded: boolean;
  /** Something could not be looked up. */
  lookupsFailed: boolean;
  stopReason: string | null;
  tokens: TokenUsage | null;
  usage: TurnUsageFrame | null;
  failure: Failure | null;
}

export interface ChatState {
  connection: ConnectionState;
  /** Null until the first turn starts, and again after "new conversation". */
  conversationId: string | null;
  turns: readonly Turn[];
}

export const emptyChat: ChatState = { connection: { kind: 'connecting' }, conversationId: null, turns: [] };

export function isRunning(turn: Turn): boolean {
  return turn.phase === 'sending' || turn.phase === 'answering';
}

/** The turn that waits for its answer; there is never more than one. */
export function runningTurn(state: ChatState): Turn | null {
  const last = state.turns.at(-1);
  return last && isRunning(last) ? last : null;
}
