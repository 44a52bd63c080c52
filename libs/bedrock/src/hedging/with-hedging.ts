import { AppError, type Clock } from '@manga-assist/foundation';
import { combineSignals, RetryBudget, type CombinedSignal, type Timers } from '@manga-assist/resilience';
import { LanguageModel, type ModelCall } from '../language-model.ts';
import type { ModelAnswer, ModelEvent } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import { FirstTokenTimes } from './first-token-times.ts';

export interface HedgingOptions {
  /** Asked when the first one is late: the same aliases over another profile, region or model. Closed with it. */
  second: LanguageModel;
  /** The aliases that are asked twice. Default: all. */
  only?: readonly string[];
  clock: Clock;
  timers: Timers;
  /** Part of the calls, at most, that are made twice. Default 0.05. */
  share?: number;
  /** Later than this part of the first tokens of late is late. Default 0.95. */
  percentile?: number;
}

type Open = (model: LanguageModel, call: ModelCall) => AsyncIterable<readonly ModelEvent[]>;

/** One of the two streams of a race. */
interface Runner {
  batches: AsyncIterator<readonly ModelEvent[]>;
  signal: CombinedSignal;
  first: Promise<IteratorResult<readonly ModelEvent[], unknown>>;
}

/**
 * The same model, whose streams are opened a second time when the first token is later than usual.
 * Whoever speaks first is heard; the other one is cancelled, and its cost is booked as any other's.
 */
export function withHedging(model: LanguageModel, options: HedgingOptions): LanguageModel {
  return new HedgedLanguageModel(model, options);
}

class HedgedLanguageModel extends LanguageModel {
  readonly #model: LanguageModel;
  readonly #options: HedgingOptions;
  readonly #budget: RetryBudget;
  readonly #times = new Map<string, FirstTokenTimes>();

  constructor(model: LanguageModel, options: HedgingOptions) {
    super();
    this.#model = model;
    this.#options = options;
    this.#budget = new RetryBudget({ share: options.share ?? 0.05, burst: 1 });
  }

  invoke(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#model.invoke(request, call);
  }

  converse(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#model.converse(request, call);
  }

  stream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#race(request, call, (model, ownCall) => model.stream(request, ownCall));
  }

  converseStream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#race(request, call, (model, ownCall) => model.converseStream(request, ownCall));
  }

  isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#model.isReachable(signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.#model.close(), this.#options.second.close()]);
  }

  async *#race(request: ModelRequest, call: ModelCall, open: Open): AsyncGenerator<readonly ModelEvent[]> {
    const { clock, second, only } = this.#options;
    if (only && !only.includes(request.model)) {
      yield* open(this.#model, call);
      return;
    }
    const times = this.#timesOf(request.model);
    const startedMs = clock.elapsedMs();
    this.#budget.countCall();
    const runners = [start(this.#model, call, open)];
    try {
      const [first] = runners as [Runner];
      const lateMs = times.at(this.#options.percentile ?? 0.95);
      const isLate = lateMs !== undefined && (await this.#isLater(first, lateMs));
      if (isLate && this.#budget.trySpend()) runners.push(start(second, call, open));
      const winner = await fastest(runners);
      times.observe(clock.elapsedMs() - startedMs);
      for (const runner of runners) if (runner !== winner) void giveUp(runner);
      for (let next = await winner.first; next.done !== true; next = await winner.batches.next()) yield next.value;
    } finally {
      await Promise.all(runners.map(giveUp));
    }
  }

  #isLater({ first }: Runner, afterMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#options.timers.start(afterMs, () => resolve(true));
      const arrived = () => {
        timer.stop();
        resolve(false);
      };
      first.then(arrived, arrived);
    });
  }

  #timesOf(model: string): FirstTokenTimes {
    let times = this.#times.get(model);
    if (!times) this.#times.set(model, (times = new FirstTokenTimes()));
    return times;
  }
}

function start(model: LanguageModel, call: ModelCall, open: Open): Runner {
  const signal = combineSignals(call.signal);
  const batches = open(model, { ...call, signal: signal.signal })[Symbol.asyncIterator]();
  return { batches, signal, first: batches.next() };
}

/** The first to speak. When none does, the error of the first: it is the one that was asked for. */
async function fastest(runners: readonly Runner[]): Promise<Runner> {
  try {
    return await Promise.any(runners.map(async (runner) => (await runner.first, runner)));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/** Ends a stream, also one that still waits for its first token. Does nothing to one that has ended, and never throws. */
async function giveUp({ batches, signal, first }: Runner): Promise<void> {
  signal.abort(new AppError('cancelled', 'bedrock.cancelled', 'Another model was faster.'));
  signal.clear();
  // Nobody waits for the loser any more, so nobody hears its error either.
  first.catch(() => undefined);
  await batches.return?.().catch(() => undefined);
}
