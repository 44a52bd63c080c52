import type { ConversationOwner } from '@manga-assist/conversations';
import { AppError } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import type { ModelChoice } from '@manga-assist/schemas';
import type { ServerFrame } from '@manga-assist/schemas/chat';

/** A shopper's question, cleaned. */
export interface Question {
  clientMessageId: string;
  conversationId: string;
  isNewConversation: boolean;
  text: string;
  model: ModelChoice;
  /** The language to answer in, `auto` resolved. */
  language: 'en' | 'ja';
  maxTokens: number;
}

/** A token's text, or any other frame of the turn. */
export type TurnEntry = string | ServerFrame;

/** Whoever shows a turn to somebody; told when there is more to read. */
export interface TurnReader {
  turnGrew(turn: Turn): void;
  /** Somebody else reads the turn now. */
  turnTaken(turn: Turn): void;
}

/**
 * One question being answered. It belongs to the gateway and not to a socket: it goes on when the
 * socket is cut, and remembers every frame so that the next socket reads on where the last one was.
 */
export class Turn {
  readonly question: Question;
  readonly principal: Principal;
  readonly turnId: string;
  /** One attempt at generating the answer; text of two epochs is never joined. */
  readonly epoch: string;
  /** What a reader is sent, in order; ends with the terminal frame. */
  readonly entries: TurnEntry[] = [];
  /** When the question came in, in monotonic milliseconds. */
  readonly startedMs: number;
  #tokens = 0;
  #firstTokenMs: number | undefined;
  #state: 'running' | 'closing' | 'ended' = 'running';
  #reader: TurnReader | undefined;
  #carry = '';
  readonly #stop = new AbortController();
  #isCancelled = false;

  constructor(made: { question: Question; principal: Principal; turnId: string; epoch: string; startedMs: number }) {
    this.question = made.question;
    this.principal = made.principal;
    this.turnId = made.turnId;
    this.epoch = made.epoch;
    this.startedMs = made.startedMs;
  }

  /** Tokens so far; the sequence of the last one. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Whether the client has been told about it with `turn.started`. */
  get isKnown(): boolean {
    const [first] = this.entries;
    return first !== undefined && isStart(first);
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  get firstTokenMs(): number | undefined {
    return this.#firstTokenMs;
  }

  /** Whose conversation it is part of. */
  get owner(): ConversationOwner {
    const { tenantId, subject } = this.principal;
    return { tenantId, subject };
  }

  /** Fires when the shopper cancels, or the gateway cannot let it go on. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Everything the shopper was sent, as one text. */
  get text(): string {
    return this.entries.filter((entry) => typeof entry === 'string').join('');
  }

  /** Adds the tokens of one read together. Nothing is added any more once the shopper has cancelled. */
  addTokens(texts: readonly string[], nowMs: number): void {
    if (this.#state !== 'running' || this.stopped.aborted) return;
    const before = this.#tokens;
    for (const text of texts) this.#addToken(text);
    if (this.#tokens === before) return;
    this.#firstTokenMs ??= nowMs - this.startedMs;
    this.#reader?.turnGrew(this);
  }

  addFrame(frame: ServerFrame): void {
    if (this.#state !== 'running' || this.stopped.aborted) return;
    this.entries.push(frame);
    this.#reader?.turnGrew(this);
  }

  /** The answer is whole: a cancellation comes too late now. Throws when one came before. */
  close(): void {
    this.stopped.throwIfAborted();
    this.#state = 'closing';
  }

  /** Ends the turn, once; the last of the frames is the one terminal frame. */
  end(...frames: ServerFrame[]): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.entries.push(...frames);
    this.#reader?.turnGrew(this);
  }

  /** Nothing more is sent from here on. Does nothing once the answer is whole. */
  cancel(): void {
    if (this.#state !== 'running' || this.stopped.aborted) return;
    this.#isCancelled = true;
    this.#stop.abort(new AppError('cancelled', 'chat.cancelled', 'The answer was stopped.'));
  }

  /** The gateway has to stop before the answer is whole. */
  interrupt(): void {
    if (this.#state === 'running') this.#stop.abort(new AppError('unavailable', 'chat.interrupted', 'The answer was interrupted. Please ask again.'));
  }

  /** One reader at a time: the one before is told that it was replaced. */
  readBy(reader: TurnReader): void {
    const before = this.#reader;
    this.#reader = reader;
    if (before !== undefined && before !== reader) before.turnTaken(this);
  }

  leave(reader: TurnReader): void {
    if (this.#reader === reader) this.#reader = undefined;
  }

  /** The entry that a reader with the first `sequence` tokens reads next; the start is told to nobody twice. */
  entryAfter(sequence: number): number {
    if (sequence === 0) return this.isKnown ? 1 : 0;
    let seen = 0;
    return this.entries.findIndex((entry) => typeof entry === 'string' && ++seen === sequence) + 1;
  }

  #addToken(text: string): void {
    let whole = this.#carry + text;
    this.#carry = '';
    // The halves of a character that two reads cut belong into one token.
    if (endsInHighSurrogate(whole)) {
      this.#carry = whole.slice(-1);
      whole = whole.slice(0, -1);
    }
    for (const piece of pieces(whole)) {
      this.entries.push(piece);
      this.#tokens++;
    }
  }
}

/** Escaped as JSON a character takes six bytes at most, and a server frame has at most 32 KiB. */
const LONGEST_TOKEN = 5_000;

function pieces(text: string): string[] {
  if (text.length <= LONGEST_TOKEN) return text === '' ? [] : [text];
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + LONGEST_TOKEN, text.length);
    if (end < text.length && endsInHighSurrogate(text.slice(start, end))) end--;
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00;
}

function isStart(entry: TurnEntry): boolean {
  return typeof entry !== 'string' && entry.type === 'turn.started';
}
