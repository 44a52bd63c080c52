export { createLogger, type LoggerOptions } from './create-logger.ts';
export { createMetrics, type MetricsOptions } from './create-metrics.ts';
export { describeError } from './describe-error.ts';
export { Logger, type LogFields, type LogLevel, type LogMethod } from './logger.ts';
export { Metrics, MOST_SERIES, SECONDS_BUCKETS, type Counter, type Gauge, type Histogram, type HistogramDefinition, type LabelValues, type MetricDefinition } from './metrics.ts';
