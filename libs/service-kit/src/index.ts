export { Public, RequireScope, RequireServiceToken } from './access/access.ts';
export { Caller, RequestId, RequestSignal, ServiceCaller } from './access/caller.ts';
export { ParsedBody } from './body/parsed-body.ts';
export { CloseOnShutdown } from './close-on-shutdown.ts';
export { reachedOnce } from './health/reached-once.ts';
export { ReadinessChecks } from './health/readiness-checks.ts';
export { problemOf, toServiceError } from './http/problem.ts';
export { runService, type RunOptions } from './run-service.ts';
export { startService, type RunningService, type StartOptions } from './start-service.ts';
