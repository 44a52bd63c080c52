import type { CacheOrigin } from '@manga-assist/caching';
import { Metrics, SECONDS_BUCKETS, type Counter, type Histogram } from '@manga-assist/observability';
import { Injectable } from '@nestjs/common';

/** What every tool says of its calls. Labels are names of tools and codes of ours, nothing that a caller chooses. */
@Injectable()
export class ToolMetrics {
  readonly #calls: Counter<'tool' | 'outcome'>;
  readonly #seconds: Histogram<'tool'>;
  readonly #results: Counter<'tool' | 'origin'>;

  constructor(metrics: Metrics) {
    this.#calls = metrics.counter({ name: 'manga_tool_calls_total', help: 'Calls of tools: success, the code of a refusal, or the code of a failure.', labels: ['tool', 'outcome'] });
    this.#seconds = metrics.histogram({ name: 'manga_tool_seconds', help: 'Seconds from a call to its result.', labels: ['tool'], buckets: SECONDS_BUCKETS });
    this.#results = metrics.counter({ name: 'manga_tool_results_total', help: 'Results that may be given again: kept, joined (somebody else had just asked) or found anew.', labels: ['tool', 'origin'] });
  }

  called(tool: string, outcome: string, durationMs: number): void {
    this.#calls.add({ tool, outcome });
    this.#seconds.observe({ tool }, durationMs / 1_000);
  }

  gave(tool: string, origin: CacheOrigin): void {
    this.#results.add({ tool, origin: origin === 'joined' ? 'joined' : origin === 'loaded' ? 'found' : 'kept' });
  }
}
