import { AppError, type Clock } from '@manga-assist/foundation';
import { AdaptiveConcurrency, CircuitBreaker, type Passage, type Slot } from '@manga-assist/resilience';

/** Failures that say the model's service is ill. Throttles are not among them: they are a sign of life. */
const ILLNESSES: ReadonlySet<string> = new Set([
  'bedrock.unavailable',
  'bedrock.model-timeout',
  'bedrock.model-error',
  'bedrock.stream-cut',
  'bedrock.stalled',
  'bedrock.first-token-late',
]);

/** Part of a model's slots that calls meant for another model may take: a throttled big model must not choke the small one. */
const STAND_IN_SHARE = 0.2;

/** How soon a caller that found every slot and every waiting place taken may come back. */
const FULL_RETRY_AFTER_MS = 1_000;

/** Leave to make one call to the model. */
export interface LaneTurn {
  /** Once, when the attempt has ended; without an error it succeeded. */
  leave(error?: AppError): void;
}

/** The way to one model: its breaker and its concurrency limit, shared by all calls of the process. */
export class ModelLane {
  readonly breaker: CircuitBreaker;
  readonly limiter: AdaptiveConcurrency;
  #standIns = 0;

  constructor(clock: Clock, maxConcurrency: number) {
    this.breaker = new CircuitBreaker({ clock });
    this.limiter = new AdaptiveConcurrency({ clock, maximum: maxConcurrency });
  }

  /** Waits for a slot. Throws `bedrock.throttled` or `bedrock.unavailable` without asking Bedrock; else the signal's reason. */
  async enter(signal: AbortSignal, isStandIn: boolean): Promise<LaneTurn> {
    if (!isStandIn) return this.#enter(signal);
    if (this.#standIns >= Math.max(1, Math.floor(this.limiter.limit * STAND_IN_SHARE))) throw full();
    this.#standIns++;
    try {
      const { leave } = await this.#enter(signal);
      return {
        leave: (error) => {
          this.#standIns--;
          leave(error);
        },
      };
    } catch (error) {
      this.#standIns--;
      throw error;
    }
  }

  async #enter(signal: AbortSignal): Promise<LaneTurn> {
    const slot = await this.limiter.acquire(signal);
    if (!slot) throw full();
    const passage = this.breaker.enter();
    if (passage) return { leave: (error) => settle(slot, passage, error) };
    slot.release('ignored');
    throw new AppError('unavailable', 'bedrock.unavailable', 'The model cannot be reached at the moment. Please try again.', {
      // A probe may be under way, and then nobody knows how long it takes.
      retryAfterMs: this.breaker.retryAfterMs || FULL_RETRY_AFTER_MS,
      details: { circuit: this.breaker.state.state },
    });
  }
}

function settle(slot: Slot, passage: Passage, error: AppError | undefined): void {
  if (!error) {
    slot.release('succeeded');
    passage.succeeded();
  } else if (error.kind === 'rate-limited') {
    slot.release('throttled');
    passage.ignored();
  } else {
    slot.release('ignored');
    if (ILLNESSES.has(error.code)) passage.failed();
    else passage.ignored();
  }
}

function full(): AppError {
  return new AppError('rate-limited', 'bedrock.throttled', 'The model is busy. Please try again in a moment.', {
    retryAfterMs: FULL_RETRY_AFTER_MS,
    details: { refusedBy: 'limiter' },
  });
}
