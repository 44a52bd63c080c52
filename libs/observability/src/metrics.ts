/** What is counted or measured: the name says what and in which unit, in Prometheus' way (`manga_tool_calls_total`, `…_seconds`). */
export interface MetricDefinition<Label extends string> {
  name: string;
  help: string;
  /** Few, with few values each: `tool`, `outcome`. Never ids, texts or anything a stranger chooses. */
  labels?: readonly Label[];
}

export interface HistogramDefinition<Label extends string> extends MetricDefinition<Label> {
  /** Upper bounds, rising, in the unit of the name. */
  buckets: readonly number[];
}

export type LabelValues<Label extends string> = Readonly<Record<Label, string>>;

export interface Counter<Label extends string> {
  /** `by` is not below 0. */
  add(labels: LabelValues<Label>, by?: number): void;
}

export interface Gauge<Label extends string> {
  set(labels: LabelValues<Label>, value: number): void;
}

export interface Histogram<Label extends string> {
  observe(labels: LabelValues<Label>, value: number): void;
}

/** From half a millisecond to a minute: requests, tools, model calls. */
export const SECONDS_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/**
 * Numbers for operators. Asking for the same definition again gives the same instrument; the same name
 * with another kind or other labels is a bug and throws. Beyond `MOST_SERIES` combinations of label
 * values an instrument counts the rest under `other`: a mistake must not fill a service's memory.
 */
export abstract class Metrics {
  abstract counter<Label extends string = never>(definition: MetricDefinition<Label>): Counter<Label>;
  abstract gauge<Label extends string = never>(definition: MetricDefinition<Label>): Gauge<Label>;
  abstract histogram<Label extends string = never>(definition: HistogramDefinition<Label>): Histogram<Label>;
  /** Everything, in Prometheus' text format. */
  abstract text(): Promise<string>;
}

export const MOST_SERIES = 500;
