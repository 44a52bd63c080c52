import { SECONDS_BUCKETS, type Counter, type Histogram, type Metrics } from '@manga-assist/observability';
import { UsageLedger, type LedgerEntry } from './usage-ledger.ts';

/** Labels are ids from the configuration and words of ours, nothing that a caller chooses. */
interface Instruments {
  calls: Counter<'model' | 'operation' | 'outcome'>;
  failures: Counter<'model' | 'code'>;
  retries: Counter<'model'>;
  fallbacks: Counter<'model'>;
  tokens: Counter<'model' | 'kind'>;
  costUsd: Counter<'model'>;
  seconds: Histogram<'model' | 'operation'>;
}

/**
 * A ledger that passes everything on and counts it for operators, by the id that Bedrock was called
 * with. What was refused before it was sent has no entry, and so no count.
 */
export class ModelCallMetrics extends UsageLedger {
  readonly #ledger: UsageLedger;
  #instruments: Instruments | undefined;

  constructor(ledger: UsageLedger) {
    super();
    this.#ledger = ledger;
  }

  record(entry: LedgerEntry): void {
    if (this.#instruments) count(entry, this.#instruments);
    this.#ledger.record(entry);
  }

  flush(): Promise<void> {
    return this.#ledger.flush();
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }

  /** From now on the counts are there for whoever collects metrics; gives itself back. */
  exposedOn(metrics: Metrics): this {
    const labels = ['model'] as const;
    this.#instruments = {
      calls: metrics.counter({ name: 'manga_model_calls_total', help: 'Requests to models, tries and stand-ins each for itself, by what became of them.', labels: ['model', 'operation', 'outcome'] }),
      failures: metrics.counter({ name: 'manga_model_failures_total', help: 'Requests to models that failed, by our code: bedrock.throttled is what Bedrock refused for being too much.', labels: ['model', 'code'] }),
      retries: metrics.counter({ name: 'manga_model_retries_total', help: 'Requests to models that tried a failed one again.', labels }),
      fallbacks: metrics.counter({ name: 'manga_model_fallbacks_total', help: 'Requests to models that stood in for another one.', labels }),
      tokens: metrics.counter({ name: 'manga_model_tokens_total', help: 'Tokens by kind: input (read anew), output, cache-read, cache-write. Of failed requests they are estimates.', labels: ['model', 'kind'] }),
      costUsd: metrics.counter({ name: 'manga_model_cost_usd_total', help: 'US dollars that the requests to models cost.', labels }),
      seconds: metrics.histogram({ name: 'manga_model_seconds', help: 'Seconds from sending a request to a model to the end of its answer; of completed ones, batches left out.', labels: ['model', 'operation'], buckets: SECONDS_BUCKETS }),
    };
    return this;
  }
}

function count(entry: LedgerEntry, instruments: Instruments): void {
  const { modelId: model, operation, outcome, usage, failureCode } = entry;
  instruments.calls.add({ model, operation, outcome });
  if (outcome === 'failed') instruments.failures.add({ model, code: failureCode ?? 'unknown' });
  if (entry.isStandIn) instruments.fallbacks.add({ model });
  else if (entry.attempt > 1) instruments.retries.add({ model });
  instruments.tokens.add({ model, kind: 'input' }, usage.inputTokens);
  instruments.tokens.add({ model, kind: 'output' }, usage.outputTokens);
  instruments.tokens.add({ model, kind: 'cache-read' }, usage.cacheReadInputTokens);
  instruments.tokens.add({ model, kind: 'cache-write' }, usage.cacheWriteInputTokens);
  instruments.costUsd.add({ model }, entry.costUsd);
  if (outcome === 'completed' && operation !== 'batch') instruments.seconds.observe({ model, operation }, entry.latencyMs / 1_000);
}
