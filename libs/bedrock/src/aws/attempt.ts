import { AppError, type Clock } from '@manga-assist/foundation';
import type { PriceTable } from '@manga-assist/pricing';
import { combineSignals, Watchdog, type CombinedSignal, type Timers } from '@manga-assist/resilience';
import type { CallAttribution, ModelCall } from '../language-model.ts';
import type { ModelUsage } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import type { Admitted } from '../quota/admission.ts';
import type { TokenEstimator } from '../token-estimator.ts';
import type { LedgerEntry, UsageLedger } from '../usage-ledger.ts';
import type { CallIds } from './call-ids.ts';
import type { Rung } from './call-ladder.ts';
import type { EstimateCalibration } from './estimate-calibration.ts';
import type { LaneTurn } from './model-lane.ts';
import { promptText } from './sendable-messages.ts';
import { NO_USAGE } from './usage.ts';

/** What every attempt of the process shares. */
export interface AttemptTools {
  ledger: UsageLedger;
  prices: PriceTable;
  clock: Clock;
  callIds: CallIds;
  timers: Timers;
  estimator: TokenEstimator;
  calibration: EstimateCalibration;
}

export interface AttemptPlan {
  operation: Exclude<LedgerEntry['operation'], 'embed' | 'batch'>;
  request: ModelRequest;
  attribution: CallAttribution;
  onBooked: ModelCall['onBooked'];
  rung: Rung;
  turn: LaneTurn;
  /** What was reserved for it; undefined without budgets. */
  admitted: Admitted | undefined;
  /** The call's signal; the attempt's own may fire earlier. */
  callSignal: AbortSignal;
  /** How long the first wait (for the answer, or for its first piece of content) may last. */
  firstWaitMs: number;
  late: () => AppError;
}

/** Failures after which Bedrock may have worked, and bills, although we have no answer. */
const MAY_HAVE_COST: ReadonlySet<string> = new Set([
  'bedrock.first-token-late',
  'bedrock.stalled',
  'bedrock.stream-cut',
  'bedrock.model-timeout',
  'bedrock.model-error',
  'bedrock.deadline',
  'bedrock.cancelled',
  'bedrock.malformed-tool-use',
  'bedrock.empty-answer',
]);

/** One request to Bedrock from sending to its ledger row. Ends exactly once, by `complete` or `fail`. */
export class Attempt {
  readonly plan: AttemptPlan;
  readonly #tools: AttemptTools;
  readonly #combined: CombinedSignal;
  readonly #startedAtMs: number;
  readonly #startedElapsedMs: number;
  readonly watchdog: Watchdog;
  #late: () => AppError;
  #isOver = false;

  constructor(plan: AttemptPlan, tools: AttemptTools) {
    this.plan = plan;
    this.#tools = tools;
    this.#startedAtMs = tools.clock.nowMs();
    this.#startedElapsedMs = tools.clock.elapsedMs();
    this.#combined = combineSignals(plan.callSignal);
    this.#late = plan.late;
    this.watchdog = new Watchdog(plan.firstWaitMs, tools.timers, () => this.#combined.abort(this.#late()));
    this.watchdog.watch();
  }

  /** Fires with the call's reason, or with an AppError when the watchdog barks. */
  get signal(): AbortSignal {
    return this.#combined.signal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** From the next wait on, another limit and another error when it is passed. */
  limitWaits(limitMs: number, late: () => AppError): void {
    this.watchdog.limitTo(limitMs);
    this.#late = late;
  }

  /** Bedrock has answered: books what it used and gives its price. */
  complete(usage: ModelUsage): { costUsd: number; latencyMs: number } {
    const { costUsd, latencyMs } = this.#book({ outcome: 'completed' }, usage, 'measured');
    this.#end();
    this.#tools.calibration.completed(this.plan.request, this.plan.rung.served.profile, usage);
    return { costUsd, latencyMs };
  }

  /** `generatedText`: what had arrived, undefined when the answer had not begun. */
  fail(error: AppError, generatedText?: string): void {
    if (this.#isOver) return;
    const usage = generatedText !== undefined || MAY_HAVE_COST.has(error.code) ? this.#estimate(generatedText ?? '') : NO_USAGE;
    this.#book({ outcome: error.kind === 'cancelled' ? 'cancelled' : 'failed', failureCode: error.code }, usage, 'estimated');
    this.#end(error);
  }

  #estimate(generatedText: string): ModelUsage {
    const { request, rung } = this.plan;
    const { estimator } = this.#tools;
    return {
      ...NO_USAGE,
      inputTokens: estimator.estimate(promptText(request), rung.served.profile),
      outputTokens: estimator.estimate(generatedText, rung.served.profile),
    };
  }

  #book(end: Pick<LedgerEntry, 'outcome' | 'failureCode'>, usage: ModelUsage, usageSource: LedgerEntry['usageSource']) {
    const { operation, attribution, onBooked, rung, admitted } = this.plan;
    const { clock, callIds, ledger, prices } = this.#tools;
    const { served, attempt, degraded } = rung;
    const { costUsd, priceVersion } = prices.price(served.profile.id, usage, this.#startedAtMs);
    const latencyMs = Math.round(clock.elapsedMs() - this.#startedElapsedMs);
    admitted?.settle(usage, usageSource);
    ledger.record({
      callId: callIds.next(),
      atMs: this.#startedAtMs,
      attribution,
      model: served.alias,
      modelId: served.modelId,
      operation,
      ...end,
      usage,
      usageSource,
      priceVersion,
      costUsd,
      latencyMs,
      attempt,
      isStandIn: degraded,
    });
    onBooked?.({ outcome: end.outcome, usage, costUsd });
    return { costUsd, latencyMs };
  }

  #end(error?: AppError): void {
    this.#isOver = true;
    this.watchdog.stop();
    this.#combined.clear();
    this.plan.turn.leave(error);
  }
}
