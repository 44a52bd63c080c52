import { tokenJson } from '../frames/token-json.ts';
import type { Turn } from './turn.ts';

/** Written at once, so that a reader that falls behind holds little memory. */
const MOST_FRAMES = 256;
const MOST_CHARACTERS = 65_536;

/** How far a reader of a turn has got. */
export class TurnCursor {
  readonly turn: Turn;
  #nextEntry: number;
  #sequence: number;

  /** Begins after that token; 0 is the beginning. */
  constructor(turn: Turn, afterSequence: number) {
    this.turn = turn;
    this.#sequence = afterSequence;
    this.#nextEntry = turn.entryAfter(afterSequence);
  }

  /** Nothing is left and nothing will come. */
  get isAtEnd(): boolean {
    return this.turn.hasEnded && this.#nextEntry >= this.turn.entries.length;
  }

  /** The next frames as JSON; empty when there is nothing yet. */
  next(): string[] {
    const frames: string[] = [];
    const { entries } = this.turn;
    for (let characters = 0; frames.length < MOST_FRAMES && characters < MOST_CHARACTERS; this.#nextEntry++) {
      const entry = entries[this.#nextEntry];
      if (entry === undefined) break;
      const json = typeof entry === 'string' ? tokenJson(entry, ++this.#sequence) : JSON.stringify(entry);
      characters += json.length;
      frames.push(json);
    }
    return frames;
  }
}
