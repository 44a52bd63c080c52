import type { ChatErrorFrame, ServerFrame, TurnStartedFrame, TurnToolFrame, TurnUsageFrame } from '@manga-assist/schemas/chat';
import type { ProductCard } from '@manga-assist/schemas/tools';
import { emptyChat, runningTurn, type ChatState, type ConnectionState, type Failure, type ModelAlias, type ToolStep, type Turn } from './chat-state.ts';

export type ChatAction =
  | { type: 'question-asked'; clientMessageId: string; question: string; model: ModelAlias; replaces?: string }
  | { type: 'frame-received'; frame: ServerFrame }
  | { type: 'connection-changed'; connection: ConnectionState }
  | { type: 'stop-requested' }
  /** The page stops waiting: what has arrived is the answer. */
  | { type: 'turn-left' }
  | { type: 'turn-failed'; failure: Failure }
  | { type: 'conversation-left' };

/** Everything that can happen to the chat, as one pure function. Frames that fit nothing change nothing. */
export function chatReducer(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'question-asked':
      return runningTurn(state) ? state : { ...state, turns: [...state.turns.filter(({ clientMessageId }) => clientMessageId !== action.replaces), newTurn(action)] };
    case 'frame-received':
      return afterFrame(state, action.frame);
    case 'connection-changed':
      return { ...state, connection: action.connection };
    case 'stop-requested':
      return withRunning(state, (turn) => ({ ...turn, stopRequested: true }));
    case 'turn-left':
      return withRunning(state, (turn) => ended(turn, { phase: 'stopped' }));
    case 'turn-failed':
      return withRunning(state, (turn) => ended(turn, { phase: 'failed', failure: action.failure }));
    case 'conversation-left':
      return { ...emptyChat, connection: state.connection };
  }
}

function newTurn({ clientMessageId, question, model }: { clientMessageId: string; question: string; model: ModelAlias }): Turn {
  return {
    clientMessageId,
    question,
    model,
    phase: 'sending',
    turnId: null,
    epoch: null,
    text: '',
    sequence: 0,
    hasGap: false,
    stopRequested: false,
    tools: [],
    products: [],
    answeredBy: model,
    degraded: false,
    lookupsFailed: false,
    stopReason: null,
    tokens: null,
    usage: null,
    failure: null,
  };
}

function withRunning(state: ChatState, change: (turn: Turn) => Turn): ChatState {
  const turn = runningTurn(state);
  if (!turn) return state;
  const changed = change(turn);
  return changed === turn ? state : { ...state, turns: [...state.turns.slice(0, -1), changed] };
}

function afterFrame(state: ChatState, frame: ServerFrame): ChatState {
  switch (frame.type) {
    case 'hello':
      return { ...state, connection: { kind: 'open' } };
    case 'turn.started': {
      const started = withRunning(state, (turn) => (turn.clientMessageId === frame.client_message_id ? afterStart(turn, frame) : turn));
      return started === state ? state : { ...started, conversationId: frame.conversation_id };
    }
    case 'turn.tool':
      return withRunning(state, (turn) => (turn.turnId === frame.turn_id ? { ...turn, tools: afterTool(turn, frame) } : turn));
    case 'turn.products':
      return withRunning(state, (turn) => (turn.turnId === frame.turn_id ? { ...turn, products: afterProducts(turn.products, frame.products) } : turn));
    case 'token':
      return withRunning(state, (turn) => afterToken(turn, frame.data, frame.sequence));
    case 'turn.resumed':
      return withRunning(state, (turn) => (turn.turnId === frame.turn_id ? afterResume(turn, frame.from_sequence) : turn));
    case 'turn.usage':
      return withRunning(state, (turn) => (turn.turnId === frame.turn_id ? afterUsage(turn, frame) : turn));
    case 'complete':
      // With a hole in the text the answer is not complete: the resume replays the rest and this frame.
      return withRunning(state, (turn) =>
        turn.phase === 'answering' && !turn.hasGap ? ended(turn, { phase: 'complete', stopReason: frame.stop_reason, tokens: frame.usage }) : turn,
      );
    case 'turn.cancelled':
      return withRunning(state, (turn) => (turn.turnId === frame.turn_id ? ended(turn, { phase: 'stopped', tokens: frame.usage }) : turn));
    case 'error':
      return afterError(state, frame);
    default:
      return state;
  }
}

function afterStart(turn: Turn, frame: TurnStartedFrame): Turn {
  const started: Turn = {
    ...turn,
    phase: 'answering',
    turnId: frame.turn_id,
    epoch: frame.epoch,
    answeredBy: frame.model,
    degraded: frame.degraded,
    tools: turn.tools.map((step) => ({ ...step, mayRepeat: true })),
  };
  const isSameAnswer = turn.turnId === frame.turn_id && turn.epoch === frame.epoch;
  // Another epoch is another answer: its text is never glued to the old one.
  return isSameAnswer ? started : { ...started, text: '', sequence: 0, hasGap: false, tools: [], products: [], usage: null };
}

function afterToken(turn: Turn, data: string, sequence: number): Turn {
  if (turn.phase !== 'answering' || sequence <= turn.sequence) return turn;
  if (sequence > turn.sequence + 1) return turn.hasGap ? turn : { ...turn, hasGap: true };
  return { ...turn, text: turn.text + data, sequence, hasGap: false };
}

function afterResume(turn: Turn, fromSequence: number): Turn {
  const tools = turn.tools.map((step) => (step.afterSequence >= fromSequence - 1 ? { ...step, mayRepeat: true } : step));
  return { ...turn, hasGap: false, tools };
}

/** Frames name a tool, not a call: two calls of one tool end in the order in which they started. */
function afterTool(turn: Turn, { name, state }: TurnToolFrame): readonly ToolStep[] {
  if (state === 'started') {
    const repeated = turn.tools.findIndex((step) => step.name === name && step.mayRepeat);
    if (repeated >= 0) return turn.tools.with(repeated, { ...(turn.tools[repeated] as ToolStep), mayRepeat: false });
    return [...turn.tools, { name, state, afterSequence: turn.sequence, mayRepeat: false }];
  }
  const index = turn.tools.findIndex((step) => step.name === name && step.state === 'started');
  return index < 0 ? turn.tools : turn.tools.with(index, { ...(turn.tools[index] as ToolStep), state });
}

/** A series that comes again is the same one, as it is by now. */
function afterProducts(shown: readonly ProductCard[], found: readonly ProductCard[]): readonly ProductCard[] {
  return [...new Map([...shown, ...found].map((product) => [product.manga_id, product])).values()];
}

function afterUsage(turn: Turn, frame: TurnUsageFrame): Turn {
  // A gateway that gives no reasons means the model.
  const reasons = frame.degraded ? (frame.degraded_reasons ?? ['model']) : [];
  return { ...turn, usage: frame, answeredBy: frame.model, degraded: turn.degraded || reasons.includes('model'), lookupsFailed: reasons.includes('tools') };
}

function afterError(state: ChatState, frame: ChatErrorFrame): ChatState {
  const turn = runningTurn(state);
  if (!turn || !concerns(frame, turn)) return state;
  const failure = { code: frame.code, retryable: frame.retryable, retryAfterMs: frame.retry_after_ms ?? 0 };
  const failed = withRunning(state, (running) => ended(running, { phase: 'failed', failure }));
  // A conversation that is not ours any more (a guest came back as another guest): asking again starts a new one.
  return frame.code === 'not_found' ? { ...failed, conversationId: null } : failed;
}

function concerns(frame: ChatErrorFrame, turn: Turn): boolean {
  if (frame.client_message_id !== null) return frame.client_message_id === turn.clientMessageId;
  if (frame.turn_id !== null) return frame.turn_id === turn.turnId;
  // A frame that was refused before it was read names nobody; ours is the only one that can be meant.
  return turn.phase === 'sending';
}

function ended(turn: Turn, ending: Partial<Turn> & Pick<Turn, 'phase'>): Turn {
  const lastState = ending.phase === 'complete' ? 'finished' : 'failed';
  const tools = turn.tools.map((step) => (step.state === 'started' ? { ...step, state: lastState } as const : step));
  return { ...turn, hasGap: false, tools, ...ending };
}
