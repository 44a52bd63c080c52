import type { ModelUsage } from '@manga-assist/bedrock';
import type { RecordedToolRound } from '@manga-assist/conversations';
import type { ModelAlias, ModelChoice } from '@manga-assist/schemas';

/** A call to the model that has begun and not said what it used. */
export interface OpenRound {
  /** Made only when it is needed: usually the model itself says what it used. */
  prompt(): string;
  text: string;
}

/** What answering a question has used and found, also when it breaks off in the middle. */
export class AnswerSoFar {
  /** The alias that served last; until somebody answers the one asked for, or the cheapest when that is open. */
  model: ModelAlias;
  /** `model`: a cheaper one served. `tools`: something could not be looked up. */
  readonly degradedReasons = new Set<'model' | 'tools'>();
  /** Calls to the model. */
  rounds = 0;
  inputTokens = 0;
  outputTokens = 0;
  costUsd = 0;
  /** False when a round broke off and its share is an estimate. */
  isMeasured = true;
  readonly toolRounds: RecordedToolRound[] = [];
  openRound: OpenRound | undefined;

  constructor(model: ModelChoice) {
    this.model = model === 'auto' ? 'haiku' : model;
  }

  get degraded(): boolean {
    return this.degradedReasons.size > 0;
  }

  roundEnded({ inputTokens, outputTokens }: Pick<ModelUsage, 'inputTokens' | 'outputTokens'>, costUsd: number): void {
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
    // Sums of binary fractions grow digits that mean nothing.
    this.costUsd = Number((this.costUsd + costUsd).toFixed(12));
    this.openRound = undefined;
  }
}
