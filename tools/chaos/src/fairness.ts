import { setTimeout as pause } from 'node:timers/promises';
import { claimCheckOf, type JobOrder } from '@manga-assist/jobs';
import { DwellTimes, percentile } from './dwell-times.ts';
import { submit } from './load/door.ts';
import { anAnalysis, type Shop } from './load/orders.ts';
import type { ChaosRun } from './options.ts';
import type { OwnProcess } from './processes/own-process.ts';
import { SeededRandom } from './random.ts';
import { finding, type Finding } from './report.ts';
import { World } from './world.ts';

/** So that the workers, and not the two cores, are what is short. */
const MODEL_LATENCY_MS = 1_000;
/** Of each worker; of both, 16 jobs at once, a second each. */
const PLACES = '8';
const WORKERS = ['worker-1', 'worker-2'];
/** On average: who comes so seldom finds a place, if one is kept for him. */
const PROBE_EVERY_MS = 750;
const LOOK_EVERY_MS = 50;
const MOST_TIMES_IDLE = 2;
/** Every probe has been begun by then, or it was starved. */
const BEGUN_WITHIN_MS = 60_000;
/** A process that has just begun is slower than it will be: that is no queue. */
const WARM_UP_PROBES = 20;

interface Case {
  name: string;
  /** What waits before the probes come, and how much of it. */
  backlog: Partial<JobOrder>;
  count: number;
  probe: Partial<JobOrder>;
}

/** High before a backlog of low, and a quiet tenant beside a noisy one: how long jobs wait, against how long they wait when nothing else does. */
export async function fairness({ environment, isQuick, seed }: ChaosRun, say: (line: string) => void): Promise<Finding[]> {
  const random = new SeededRandom(seed);
  const [noisy, quiet] = ['tenant-000', 'tenant-001'].map((tenantId) => ({ tenantId, subject: 'merchandiser' })) as [JobOrder['owner'], JobOrder['owner']];
  const cases: Case[] = [
    { name: 'a high job before a backlog of low ones', backlog: { priority: 'low' }, count: isQuick ? 2_000 : 20_000, probe: { priority: 'high' } },
    { name: 'a quiet tenant beside a noisy one', backlog: { priority: 'normal', owner: noisy }, count: isQuick ? 1_000 : 10_000, probe: { priority: 'normal', owner: quiet } },
  ];
  const findings: Finding[] = [];
  for (const one of cases) findings.push(...(await proveCase(one, { environment, random, probes: isQuick ? 50 : 150, say })));
  return findings;
}

async function proveCase({ name, backlog, count, probe }: Case, { environment, random, probes, say }: { environment: NodeJS.ProcessEnv; random: SeededRandom; probes: number; say: (line: string) => void }): Promise<Finding[]> {
  const world = await World.start({ environment, modelLatencyMs: MODEL_LATENCY_MS, duplicates: 0, failedEntries: 0, tenants: 2, workerEnv: { MOST_JOBS_AT_ONCE: PLACES } });
  try {
    const shop = { random, owners: world.owners, mangaIds: world.mangaIds };
    const dwell = new DwellTimes();
    const before = await startWorkers(world, dwell);
    await sendProbes(world, shop, { probe, count: WARM_UP_PROBES, dwell });
    const idle = await sendProbes(world, shop, { probe, count: probes, dwell });
    await Promise.all(before.map((worker) => worker.stop()));

    const waiting = Array.from({ length: count }, () => anAnalysis(shop, backlog));
    await submit(world, waiting, undefined);
    say(`${name}: ${count} wait`);
    const after = await startWorkers(world, dwell);
    await begun(dwell, waiting, WORKERS.length * Number(PLACES));
    await sendProbes(world, shop, { probe, count: WARM_UP_PROBES, dwell });
    const busy = await sendProbes(world, shop, { probe, count: probes, dwell });
    await Promise.all(after.map((worker) => worker.stop()));

    const left = waiting.filter(({ jobId }) => !dwell.has(jobId)).length;
    const [idleMs, busyMs] = [idle, busy].map((times) => percentile(times, 0.99)) as [number, number];
    const told = (times: readonly number[]): string => `p50 ${percentile(times, 0.5).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`;
    return [
      finding(`${name} waits at most twice as long as alone (p99)`, busyMs <= MOST_TIMES_IDLE * idleMs, `${told(busy)}; alone ${told(idle)}; ${probes} jobs each`),
      finding('   while the backlog went on, and was still there', left > 0 && left < count, `${count - left} of ${count} begun`),
    ];
  } finally {
    await world.close();
  }
}

async function startWorkers(world: World, dwell: DwellTimes): Promise<OwnProcess[]> {
  const workers = await Promise.all(WORKERS.map((name) => world.worker(name, { onLine: (line) => dwell.read(line) })));
  return Promise.all(workers.map((worker) => worker.up()));
}

/** Until every place is taken by what waits. */
async function begun(dwell: DwellTimes, waiting: readonly JobOrder[], count: number): Promise<void> {
  const givesUpAtMs = Date.now() + BEGUN_WITHIN_MS;
  while (Date.now() < givesUpAtMs && waiting.filter(({ jobId }) => dwell.has(jobId)).length < count) await pause(LOOK_EVERY_MS);
}

/** One by one, at uneven distances and whatever happens to them, so that they keep step with nothing; how long each of them waited. */
async function sendProbes(world: World, shop: Shop, { probe, count, dwell }: { probe: Partial<JobOrder>; count: number; dwell: DwellTimes }): Promise<number[]> {
  const sentAtMs = new Map<string, number>();
  const sendings = [];
  for (let number = 0; number < count; number++) {
    const order = anAnalysis(shop, probe);
    sendings.push(send(world, order).then((atMs) => sentAtMs.set(order.jobId, atMs)));
    await pause(PROBE_EVERY_MS * (0.5 + shop.random.next()));
  }
  await Promise.all(sendings);
  const givesUpAtMs = Date.now() + BEGUN_WITHIN_MS;
  while (Date.now() < givesUpAtMs && [...sentAtMs.keys()].some((jobId) => !dwell.has(jobId))) await pause(LOOK_EVERY_MS);
  return [...sentAtMs].map(([jobId, atMs]) => dwell.since(jobId, atMs));
}

/** When its message was on its way. */
async function send(world: World, order: JobOrder): Promise<number> {
  const signal = AbortSignal.timeout(BEGUN_WITHIN_MS);
  await world.jobs.create(order, signal);
  const atMs = Date.now();
  await world.sender.send(claimCheckOf(order), signal);
  return atMs;
}
