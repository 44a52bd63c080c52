type Check = (signal: AbortSignal) => Promise<boolean>;

/**
 * For what a service can do without: waited for at the start, so that first answers are whole, and
 * never asked again, so that one service's outage does not take every other out of the load balancer.
 */
export function reachedOnce(check: Check): Check {
  let isReached = false;
  return async (signal) => (isReached ||= await check(signal));
}
