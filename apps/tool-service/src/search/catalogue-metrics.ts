import { Metrics, type Counter, type Gauge } from '@manga-assist/observability';
import { Injectable } from '@nestjs/common';

/** How the search keeps up with the product table. */
@Injectable()
export class CatalogueMetrics {
  readonly #readings: Counter<'kind' | 'outcome'>;
  readonly #changes: Counter<never>;
  readonly #series: Gauge<never>;

  constructor(metrics: Metrics) {
    this.#readings = metrics.counter({ name: 'manga_catalogue_readings_total', help: 'Readings of the product table, whole or of its changes, by outcome.', labels: ['kind', 'outcome'] });
    this.#changes = metrics.counter({ name: 'manga_catalogue_changes_total', help: 'Series that the search was given, new, changed or taken out.' });
    this.#series = metrics.gauge({ name: 'manga_catalogue_series', help: 'Series that can be searched.' });
  }

  read(kind: 'whole' | 'changes', outcome: 'success' | 'failed'): void {
    this.#readings.add({ kind, outcome });
  }

  changed(count: number, series: number): void {
    this.#changes.add({}, count);
    this.#series.set({}, series);
  }
}
