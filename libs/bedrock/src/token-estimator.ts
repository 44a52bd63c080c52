import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import type { ModelProfile } from './model-profile.ts';

/** How many tokens a text is for a model, before Bedrock has counted it. An estimate: leave a margin of 15 % at limits. */
export abstract class TokenEstimator {
  abstract estimate(text: string, model: ModelProfile): number;
  /** Learns from a call whose real count is known. */
  abstract observe(model: ModelProfile, estimatedTokens: number, measuredTokens: number): void;
}

/** No text has more tokens than this for a character, Japanese names included. */
export const MOST_TOKENS_PER_CHARACTER = 1.8;

/** Japanese has no spaces, so a whole paragraph is one word to the tokenizer, whose time grows with the square of a word. */
const PIECE_LENGTH = 100;
const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]/;
/** Vocabularies do not differ by more; one strange prompt must not spoil all estimates. */
const MOST_CORRECTION = 2;
/** A text that looks like a control token is still only text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/**
 * cl100k counts, corrected per script by the model's data and per model by a moving average of what
 * Bedrock really counted. cl100k is the closest public vocabulary: within 10 % for Japanese prose,
 * where "four characters a token" is 75 % too low.
 */
export class Cl100kTokenEstimator extends TokenEstimator {
  readonly #corrections = new Map<string, number>();
  readonly #smoothing: number;

  constructor({ smoothing = 0.1 }: { smoothing?: number } = {}) {
    super();
    this.#smoothing = smoothing;
  }

  estimate(text: string, model: ModelProfile): number {
    let tokens = 0;
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start);
      const piece = text.slice(start, end);
      tokens += countTokens(piece, AS_TEXT) * (JAPANESE.test(piece) ? model.tokenFactors.japanese : model.tokenFactors.other);
      start = end;
    }
    return Math.ceil(tokens * (this.#corrections.get(model.id) ?? 1));
  }

  observe(model: ModelProfile, estimatedTokens: number, measuredTokens: number): void {
    if (estimatedTokens <= 0 || measuredTokens <= 0) return;
    const before = this.#corrections.get(model.id) ?? 1;
    const wanted = Math.min(MOST_CORRECTION, Math.max(1 / MOST_CORRECTION, (before * measuredTokens) / estimatedTokens));
    this.#corrections.set(model.id, before + this.#smoothing * (wanted - before));
  }
}

/** At most PIECE_LENGTH further, at a space when there is one, never between the halves of a surrogate pair. */
function pieceEnd(text: string, start: number): number {
  const end = start + PIECE_LENGTH;
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(' ', end);
  if (space > start) return space;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
