export { CountedIds } from './counted-ids.ts';
export { StoppedClock } from './stopped-clock.ts';
export { until } from './until.ts';
