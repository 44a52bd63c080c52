export { AdaptiveConcurrency, type AdaptiveConcurrencyOptions, type Slot } from './adaptive-concurrency.ts';
export { CircuitBreaker, type CircuitBreakerOptions, type CircuitState, type Passage } from './circuit-breaker.ts';
export { combineSignals, type CombinedSignal } from './combine-signals.ts';
export { RetryBudget } from './retry-budget.ts';
export { retry, type RetryPolicy, type RetryRule } from './retry.ts';
export { sleep } from './sleep.ts';
export { SystemTimers, Timers, type Timer } from './timers.ts';
export { Watchdog } from './watchdog.ts';
export { withDeadline, type Deadline } from './with-deadline.ts';
