import { setTimeout as pause } from 'node:timers/promises';
import { jobsOfBatch, type JobOrder } from '@manga-assist/jobs';
import { checkBatches } from './check/batches.ts';
import { checkJobs } from './check/invariants.ts';
import { checkDeadLetters, checkQueuesEmpty } from './check/queues.ts';
import { readDeadLetters, readJobs, readLedger, readResultKeys } from './check/stores.ts';
import { drainTopic } from './check/topic.ts';
import { Killer } from './killer.ts';
import { aBatch, submitBatches } from './load/batches.ts';
import { submit } from './load/door.ts';
import { aHopelessJob, anAnalysis } from './load/orders.ts';
import { poison } from './load/poison.ts';
import type { ChaosRun } from './options.ts';
import { SeededRandom } from './random.ts';
import { finding, some, type Finding } from './report.ts';
import { Settled } from './settled.ts';
import { World } from './world.ts';

const MODEL_LATENCY_MS = 200;
/** Nothing may be stuck so long after the last kill. */
const STUCK_AFTER_MS = 60_000;
/** The schedule's first two pauses, 5 s and 5 min, with their jitter. */
const TOLD_WITHIN_MS = 400_000;
/** Workers that only ever start would need hours for ten thousand jobs. */
const KILLS_IN_A_ROW = 10;
const PAUSE_MS = 40_000;
/** A second message may have been put off a few times. */
const EMPTY_WITHIN_MS = 180_000;
const GONE_WITHIN_MS = 600_000;
/** Ends the killing: what is left fits into the hands of the workers. */
const NEARLY_DONE = 100;
/** Beyond a worker's lease and what a queue hides, so that others have taken its jobs. */
const FREEZE_MS = 45_000;
const QUICK_FREEZE_MS = 36_000;
const STRANGERS = 200;
const SAY_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 200;
const GIVES_UP_AFTER_MS = 3_600_000;

/** Thousands of jobs while workers die, freeze and come back, queues repeat themselves and hold poison. Nothing may be lost, and nothing may happen twice. */
export async function storm({ environment, jobs, kills, seed, isQuick }: ChaosRun, say: (line: string) => void): Promise<Finding[]> {
  const random = new SeededRandom(seed);
  const world = await World.start({
    environment,
    modelLatencyMs: MODEL_LATENCY_MS,
    duplicates: 0.2,
    failedEntries: 0.05,
    tenants: isQuick ? 20 : 50,
    // Fewer jobs in the hands of a worker that dies: what it held stays hidden for half a minute.
    workerEnv: isQuick ? { LEASE_MS: '10000', MOST_JOBS_AT_ONCE: '8' } : {},
    // One webhook in a hundred is refused at first.
    refuses: (webhookId) => Number.parseInt(webhookId.slice(4, 12), 16) % 100 === 0,
  });
  try {
    say(`history in ${world.history.file}`);
    await world.spoilModel('sonnet');
    const shop = { random, owners: world.owners, mangaIds: world.mangaIds };
    const good = Array.from({ length: jobs }, () => anAnalysis(shop));
    const hopeless = Array.from({ length: Math.ceil(jobs / 200) }, () => aHopelessJob(shop));
    const batches = Array.from({ length: isQuick ? 4 : 8 }, () => aBatch(shop, 20));
    const poisonous = poison(Math.ceil(jobs / 100), random);
    const single = random.shuffled([...good, ...hopeless]);

    const killer = new Killer(world, random);
    await killer.start();
    const beganAtMs = Date.now();
    killer.run({ freezeMs: isQuick ? QUICK_FREEZE_MS : FREEZE_MS, inARow: KILLS_IN_A_ROW, pauseMs: PAUSE_MS });
    const load = Promise.all([submitBatches(world, batches), submit(world, single, random), world.sender.sendMany(poisonous, AbortSignal.timeout(STUCK_AFTER_MS))]);

    const orders: JobOrder[] = [...single, ...batches.flatMap(jobsOfBatch)];
    const settled = new Settled(world, orders, [...single.map(({ jobId }) => jobId), ...batches.map(({ batchId }) => batchId)]);
    await load;
    const progress = setInterval(() => say(`${Math.round((Date.now() - beganAtMs) / 1_000)} s: ${killer.kills} kills, ${settled.untold} to go`), SAY_EVERY_MS);
    // The quick one ends its killing before its work, or it would take minutes.
    while (killer.kills < kills || (!isQuick && settled.untold > NEARLY_DONE)) {
      if (killer.broken !== undefined) throw killer.broken;
      if (Date.now() - beganAtMs > GIVES_UP_AFTER_MS) break;
      await pause(LOOK_EVERY_MS);
    }
    clearInterval(progress);
    await killer.end();
    // On a slow machine the quick one's backlog outlives its kills; who waits his turn is not stuck.
    const calmAtMs = await settled.backlogGoneBy(killer.lastKillAtMs + GONE_WITHIN_MS);
    const doneAtMs = await settled.finishedBy(calmAtMs + STUCK_AFTER_MS);
    const unfinished = settled.unfinished;
    const toldAtMs = await settled.toldBy(doneAtMs + TOLD_WITHIN_MS);
    const emptyAtMs = await settled.queuesEmptyBy(doneAtMs + EMPTY_WITHIN_MS);
    const queuesEmpty = await checkQueuesEmpty();

    const endings = await killer.stopWorkers();
    const found = await readJobs(world, orders);
    const webhooks = world.receiver.received;
    const hopelessIds = new Set(hopeless.map(({ jobId }) => jobId));
    const isClean = endings.every(({ exitCode }) => exitCode === 0);
    return [
      finding('workers were killed', killer.kills >= kills, `${killer.kills} kills, ${killer.freezes} freezes, in ${Math.round((toldAtMs - beganAtMs) / 1_000)} s`),
      stuck(unfinished, [killer.lastKillAtMs, calmAtMs, doneAtMs, toldAtMs, emptyAtMs]),
      ...checkJobs({
        orders,
        jobs: found,
        hopeless: hopelessIds,
        resultKeys: await readResultKeys(),
        ledger: await readLedger(),
        topic: await drainTopic(),
        webhooks,
        unsigned: world.receiver.unsigned,
      }),
      await checkStrangers(world, orders, random),
      ...checkDeadLetters(await readDeadLetters(world), poisonous, hopelessIds),
      ...(await checkBatches(world, batches, found, webhooks)),
      finding('I8 workers stop when they are told to', isClean, endings.map(({ name, exitCode }) => `${name} ${exitCode}`).join(', ')),
      queuesEmpty,
    ];
  } finally {
    await world.close();
  }
}

function stuck(unfinished: readonly string[], [lastKillAtMs = 0, ...atMs]: readonly number[]): Finding {
  const [backlog, done, told, empty] = atMs.map((time) => `${((time - lastKillAtMs) / 1_000).toFixed(1)} s`);
  const detail = `the backlog was gone after ${backlog}, every row finished after ${done}, every webhook told after ${told}, every queue empty after ${empty}`;
  return finding(`nothing is stuck ${STUCK_AFTER_MS / 1_000} s after the last kill`, unfinished.length === 0, unfinished.length === 0 ? detail : some(unfinished));
}

/** Jobs as somebody of another tenant sees them: not at all. */
async function checkStrangers(world: World, orders: readonly JobOrder[], random: SeededRandom): Promise<Finding> {
  let seen = 0;
  for (let look = 0; look < STRANGERS; look++) {
    const { jobId, owner } = random.pick(orders);
    const stranger = random.pick(world.owners.filter(({ tenantId }) => tenantId !== owner.tenantId));
    if (await world.jobs.get(stranger, jobId, AbortSignal.timeout(STUCK_AFTER_MS))) seen++;
  }
  return finding('   nothing is seen by another tenant', seen === 0, `${STRANGERS} looks`);
}
