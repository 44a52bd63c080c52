import { AppError } from '@manga-assist/foundation';
import type { ModelAlias } from '@manga-assist/schemas';
import type { Routing } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import { scoreQuestion } from './score-question.ts';

export interface ModelRouterOptions {
  /** For easy questions. Default `haiku`. */
  quick?: ModelAlias;
  /** For hard ones. Default `sonnet`. */
  thorough?: ModelAlias;
  /** The score from which on a question is hard. Default 0.5. */
  threshold?: number;
  /**
   * Part of the questions that the thorough model is to answer, such as 0.2: the threshold follows the
   * questions of late, but no further than 0.15. Left out, the threshold stays.
   */
  thoroughShare?: number;
}

/** How far the wish for a share may bend the judgement of a question. */
const MOST_DRIFT = 0.15;
const REMEMBERED_SCORES = 200;
/** Fewer say nothing about what is usual. */
const MINIMUM_SCORES = 50;
const REMEMBERED_TURNS = 1_000;

/** Chooses the model for a question by signs that a person can check. One choice for all calls of a turn. */
export class ModelRouter {
  readonly #quick: ModelAlias;
  readonly #thorough: ModelAlias;
  readonly #threshold: number;
  readonly #thoroughShare: number | undefined;
  readonly #scores: number[] = [];
  readonly #turns = new Map<string, Routing>();

  constructor({ quick = 'haiku', thorough = 'sonnet', threshold = 0.5, thoroughShare }: ModelRouterOptions = {}) {
    if (thoroughShare !== undefined && !(thoroughShare >= 0 && thoroughShare <= 1)) {
      throw new AppError('invalid', 'bedrock.invalid-routing', 'The share of the thorough model is between 0 and 1.');
    }
    this.#quick = quick;
    this.#thorough = thorough;
    this.#threshold = threshold;
    this.#thoroughShare = thoroughShare;
  }

  /** `turn`: whose calls stay with one model, by tenant and correlation id. */
  route(request: ModelRequest, turn: string): Routing {
    const known = this.#turns.get(turn);
    if (known) return known;
    const { score, signs } = scoreQuestion(request);
    const threshold = this.#thresholdNow();
    this.#remember(score);
    const isHard = score >= threshold;
    const reason = signs.filter(({ weight }) => weight > 0 === isHard).map((sign) => sign.reason).slice(0, 3).join(', ');
    const routing = { chosen: isHard ? this.#thorough : this.#quick, reason: reason || (isHard ? 'hard for its kind' : 'nothing hard about it'), score };
    if (this.#turns.size >= REMEMBERED_TURNS) this.#forgetOldest();
    this.#turns.set(turn, routing);
    return routing;
  }

  #thresholdNow(): number {
    if (this.#thoroughShare === undefined || this.#scores.length < MINIMUM_SCORES) return this.#threshold;
    const hardestFirst = this.#scores.toSorted((a, b) => b - a);
    const wanted = hardestFirst[Math.round(hardestFirst.length * this.#thoroughShare) - 1] ?? Infinity;
    return Math.min(this.#threshold + MOST_DRIFT, Math.max(this.#threshold - MOST_DRIFT, wanted));
  }

  #remember(score: number): void {
    if (this.#thoroughShare === undefined) return;
    this.#scores.push(score);
    if (this.#scores.length > REMEMBERED_SCORES) this.#scores.shift();
  }

  #forgetOldest(): void {
    for (const oldest of this.#turns.keys()) {
      this.#turns.delete(oldest);
      return;
    }
  }
}
