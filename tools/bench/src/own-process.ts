/** CPU time of this process so far, user and system, in microseconds: for baselines that run in it. */
export function ownCpuUs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return Promise.resolve(user + system);
}

/** One unit of work and how long it took. */
export async function timed(work: () => Promise<unknown>): Promise<{ tookMs: number; units: number }> {
  const startedAt = performance.now();
  await work();
  return { tookMs: performance.now() - startedAt, units: 1 };
}
