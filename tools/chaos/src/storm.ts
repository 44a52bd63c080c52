import { setTimeout as pause } from 'node:timers/promises';
import { jobsOfBatch, type JobOrder } from '@manga-assist/jobs';
import { checkBatches } from './check/batches.ts';
import { checkEndings } from './check/endings.ts';
import { checkJobs } from './check/invariants.ts';
import { checkDeadLetters, checkQueuesEmpty } from './check/queues.ts';
import { readBatches, readDeadLetters, readJobs, readLedger, readResultKeys, readRows } from './check/stores.ts';
import { checkStuck, STUCK_AFTER_MS } from './check/stuck.ts';
import { drainTopic } from './check/topic.ts';
import { checkAttempts, checkFaults, checkModelCalls, checkRepeatedWebhooks, repeatedOf } from './check/twice.ts';
import { checkZombie } from './check/zombie.ts';
import { Killer } from './killer.ts';
import { aBatch, submitBatches } from './load/batches.ts';
import { submit } from './load/door.ts';
import { aHopelessJob, anAnalysis } from './load/orders.ts';
import { poison } from './load/poison.ts';
import type { ChaosRun } from './options.ts';
import { SeededRandom } from './random.ts';
import { finding, type Finding } from './report.ts';
import { Settled } from './settled.ts';
import { DRAIN_MS, World } from './world.ts';
import { Zombie } from './zombie.ts';

interface Shape {
  tenants: number;
  batches: number;
  /** Of a worker; what it holds when it dies stays hidden for half a minute. */
  places: number;
  leaseMs: number;
  /** At least: beyond a worker's lease and what a queue hides. */
  freezeMs: number;
  /** Kills in a row, every other second, and the peace after them: workers that only ever start would need hours. */
  inARow: number;
  pauseMs: number;
  /** Ends the killing: what is left fits into the hands of the workers. */
  nearlyDone: number;
}

const FULL: Shape = { tenants: 50, batches: 8, places: 64, leaseMs: 30_000, freezeMs: 45_000, inARow: 10, pauseMs: 40_000, nearlyDone: 100 };
const QUICK: Shape = { tenants: 20, batches: 4, places: 8, leaseMs: 10_000, freezeMs: 40_000, inARow: 6, pauseMs: 15_000, nearlyDone: 40 };

const MODEL_LATENCY_MS = 200;
/** The schedule's first two pauses, 5 s and 5 min, with their jitter. */
const TOLD_WITHIN_MS = 400_000;
/** A second message may have been put off a few times. */
const EMPTY_WITHIN_MS = 180_000;
/** What was not done in its time is looked for a little longer, to say when it was. */
const LATE_WITHIN_MS = 120_000;
const LOOK_WITHIN_MS = 60_000;
/** An answer that does not fit is asked for once more. */
const CALLS_OF_HOPELESS = 2;
const STRANGERS = 200;
const SAY_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 200;
const GIVES_UP_AFTER_MS = 3_600_000;

/** Thousands of jobs while workers die, freeze and come back, queues repeat themselves and hold poison. Nothing may be lost, and nothing may happen twice. */
export async function storm({ environment, jobs, kills, seed, isQuick }: ChaosRun, say: (line: string) => void): Promise<Finding[]> {
  const random = new SeededRandom(seed);
  const shape = isQuick ? QUICK : FULL;
  const world = await World.start({
    environment,
    modelLatencyMs: MODEL_LATENCY_MS,
    duplicates: 0.2,
    failedEntries: 0.05,
    tenants: shape.tenants,
    workerEnv: { LEASE_MS: String(shape.leaseMs), MOST_JOBS_AT_ONCE: String(shape.places) },
    // One webhook in a hundred is refused at first.
    refuses: (webhookId) => Number.parseInt(webhookId.slice(4, 12), 16) % 100 === 0,
  });
  try {
    say(`history in ${world.history.file}`);
    await world.spoilModel('sonnet');
    const shop = { random, owners: world.owners, mangaIds: world.mangaIds };
    const good = Array.from({ length: jobs }, () => anAnalysis(shop));
    const hopeless = new Set(Array.from({ length: Math.ceil(jobs / 200) }, () => aHopelessJob(shop)));
    const batches = Array.from({ length: shape.batches }, () => aBatch(shop, 20));
    const poisonous = poison(Math.ceil(jobs / 100), random);
    const single = random.shuffled([...good, ...hopeless]);
    const orders: JobOrder[] = [...single, ...batches.flatMap(jobsOfBatch)];
    const settled = new Settled(world, orders, [...single.map(({ jobId }) => jobId), ...batches.map(({ batchId }) => batchId)]);

    const [killer, zombie] = [new Killer(world, random), new Zombie(world)];
    await Promise.all([killer.start(), zombie.start()]);
    const beganAtMs = Date.now();
    killer.run(shape);
    zombie.run(shape.freezeMs);
    const progress = setInterval(() => say(`${Math.round((Date.now() - beganAtMs) / 1_000)} s: ${killer.kills} kills, ${settled.untold} to go`), SAY_EVERY_MS);
    await Promise.all([submitBatches(world, batches), submit(world, single, random), world.sender.sendMany(poisonous, AbortSignal.timeout(LOOK_WITHIN_MS))]);
    while (killer.kills < kills || settled.untold > shape.nearlyDone) {
      if (killer.broken !== undefined) throw killer.broken;
      if (Date.now() - beganAtMs > GIVES_UP_AFTER_MS) break;
      await pause(LOOK_EVERY_MS);
    }
    clearInterval(progress);
    const openAtLastKill = settled.untold;
    await killer.end();
    const lastKillAtMs = killer.killedAtMs.at(-1) ?? Date.now();
    const thawed = zombie.end();
    let doneAtMs = await settled.finishedBy(lastKillAtMs + STUCK_AFTER_MS);
    const late = settled.unfinished;
    if (late.length > 0) doneAtMs = await settled.finishedBy(lastKillAtMs + LATE_WITHIN_MS);
    const toldAtMs = await settled.toldBy(doneAtMs + TOLD_WITHIN_MS);
    await thawed;
    const emptyAtMs = await settled.queuesEmptyBy(doneAtMs + EMPTY_WITHIN_MS);
    const queuesEmpty = await checkQueuesEmpty();

    const endings = [...(await killer.stop()), ...(await zombie.stop())];
    const found = await readJobs(world, orders);
    for (const job of found.values()) world.history.noteJob(job);
    for (const [id, calls] of repeatedOf(world.receiver.received)) world.history.noteRepeated(id, calls);
    const [rows, ledger, webhooks, counts] = [await readRows(), await readLedger(), world.receiver.received, await world.counts()];
    const hopelessIds = new Set([...hopeless].map(({ jobId }) => jobId));
    const casualties = { atMs: [...killer.killedAtMs, ...zombie.frozenAtMs], places: shape.places };
    const expectedCalls = [...found.values()].reduce((sum, { jobId, attempt }) => sum + attempt * (hopelessIds.has(jobId) ? CALLS_OF_HOPELESS : 1), 0);
    return [
      finding('workers were killed', killer.kills >= kills, `${killer.kills} kills, ${zombie.frozenAtMs.length} freezes, in ${Math.round((toldAtMs - beganAtMs) / 1_000)} s`),
      ...checkStuck({ lastKillAtMs, openAtLastKill, nearlyDone: shape.nearlyDone, late, doneAtMs, toldAtMs, emptyAtMs }),
      ...checkJobs({ orders, jobs: found, rows, hopeless: hopelessIds, resultKeys: await readResultKeys(), ledger, topic: await drainTopic(), webhooks, unsigned: world.receiver.unsigned }),
      await checkStrangers(world, orders, random),
      ...checkZombie({ freezes: zombie.frozenAtMs.length, taken: zombie.taken }, { jobs: found, ledgerRows: ledger.jobs, webhooks }),
      checkRepeatedWebhooks(webhooks, casualties),
      checkAttempts([...found.values()], casualties),
      checkModelCalls(counts.modelCalls, expectedCalls),
      checkFaults({ 'messages handed out twice': counts.duplicateDeliveries, 'entries refused': counts.failedBatchEntries, 'webhooks refused': world.receiver.refused }),
      ...checkDeadLetters({ letters: await readDeadLetters(world), poison: poisonous, hopeless: hopelessIds, jobs: found }),
      ...checkBatches({ orders: batches, batches: await readBatches(world, batches), rows, webhooks }),
      checkEndings(endings, DRAIN_MS),
      queuesEmpty,
    ];
  } finally {
    await world.close();
  }
}

/** Jobs as somebody of another tenant sees them: not at all. */
async function checkStrangers(world: World, orders: readonly JobOrder[], random: SeededRandom): Promise<Finding> {
  let seen = 0;
  for (let look = 0; look < STRANGERS; look++) {
    const { jobId, owner } = random.pick(orders);
    const stranger = random.pick(world.owners.filter(({ tenantId }) => tenantId !== owner.tenantId));
    if (await world.jobs.get(stranger, jobId, AbortSignal.timeout(LOOK_WITHIN_MS))) seen++;
  }
  return finding('   nothing is seen by another tenant', seen === 0, `${STRANGERS} looks`);
}
