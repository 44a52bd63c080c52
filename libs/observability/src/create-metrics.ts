import { collectDefaultMetrics, Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry, type LabelValues as PromLabels } from 'prom-client';
import { KnownSeries } from './known-series.ts';
import { Metrics, type Counter, type Gauge, type Histogram, type HistogramDefinition, type LabelValues, type MetricDefinition } from './metrics.ts';

export interface MetricsOptions {
  /** On every series, as the label `service`. */
  service: string;
  /** CPU, memory, garbage collection and event-loop delay of the process as well. */
  hasProcessMetrics?: boolean;
}

const NAME = /^[a-z][a-z0-9_]*$/;

interface Known {
  signature: string;
  instrument: unknown;
}

class PrometheusMetrics extends Metrics {
  readonly #registry = new Registry();
  readonly #known = new Map<string, Known>();

  constructor({ service, hasProcessMetrics = false }: MetricsOptions) {
    super();
    this.#registry.setDefaultLabels({ service });
    if (hasProcessMetrics) collectDefaultMetrics({ register: this.#registry });
  }

  counter<Label extends string = never>(definition: MetricDefinition<Label>): Counter<Label> {
    return this.#once('counter', definition, (options, series) => {
      const counter = new PromCounter(options);
      return { add: (labels: LabelValues<Label>, by = 1) => counter.inc(series.bounded(labels) as PromLabels<string>, by) };
    });
  }

  gauge<Label extends string = never>(definition: MetricDefinition<Label>): Gauge<Label> {
    return this.#once('gauge', definition, (options, series) => {
      const gauge = new PromGauge(options);
      return { set: (labels: LabelValues<Label>, value: number) => gauge.set(series.bounded(labels) as PromLabels<string>, value) };
    });
  }

  histogram<Label extends string = never>(definition: HistogramDefinition<Label>): Histogram<Label> {
    return this.#once('histogram', definition, (options, series) => {
      const histogram = new PromHistogram({ ...options, buckets: [...definition.buckets] });
      return { observe: (labels: LabelValues<Label>, value: number) => histogram.observe(series.bounded(labels) as PromLabels<string>, value) };
    });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #once<Label extends string, Instrument>(
    kind: string,
    { name, help, labels = [] }: MetricDefinition<Label>,
    make: (options: { name: string; help: string; labelNames: string[]; registers: Registry[] }, series: KnownSeries) => Instrument,
  ): Instrument {
    const signature = `${kind} ${labels.join(' ')}`;
    const known = this.#known.get(name);
    if (known !== undefined) {
      if (known.signature !== signature) throw new TypeError(`The metric ${name} is a ${known.signature} already.`);
      return known.instrument as Instrument;
    }
    if (!NAME.test(name)) throw new TypeError(`A metric cannot be called ${name}.`);
    const instrument = make({ name, help, labelNames: [...labels], registers: [this.#registry] }, new KnownSeries(labels));
    this.#known.set(name, { signature, instrument });
    return instrument;
  }
}

/** Metrics of one process, in a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  return new PrometheusMetrics(options);
}
