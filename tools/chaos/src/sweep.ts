import { setTimeout as pause } from 'node:timers/promises';
import { FAILPOINTS, type Failpoint } from '@manga-assist/jobs';
import { checkBatches } from './check/batches.ts';
import { checkEndings } from './check/endings.ts';
import { checkJobs } from './check/invariants.ts';
import { checkDeadLetters, checkQueuesEmpty } from './check/queues.ts';
import { readBatches, readDeadLetters, readJobs, readLedger, readResultKeys, readRows } from './check/stores.ts';
import { drainTopic } from './check/topic.ts';
import { checkAttempts, checkFaults, checkRepeatedWebhooks, repeatedOf } from './check/twice.ts';
import { Deaths } from './deaths.ts';
import { DOOR_OWNER, HttpDoor } from './load/http-door.ts';
import { Mixture } from './load/mixture.ts';
import type { ChaosRun } from './options.ts';
import { SeededRandom } from './random.ts';
import { finding, some, type Finding } from './report.ts';
import { Settled } from './settled.ts';
import { DRAIN_MS, World } from './world.ts';

/** Two cores: two processes that live and die. */
const LANES = 2;
const MOST_PASSED = 3;
/** Of a worker: for most jobs, and for those of the FIFO queue. */
const PLACES = 8;
const ORDERED_PLACES = 4;
/** As long as a request that died keeps its Idempotency-Key to itself. */
const KEY_FREE_AFTER_MS = 30_000;
const ANSWERED_WITHIN_MS = 90_000;
/** What the last one who died held is hidden for half a minute, leased for as long, and may fail three times. */
const SETTLED_WITHIN_MS = 120_000;
const SAY_EVERY_MS = 10_000;

/** A door has answered everything by then. */
const REQUEST_TAKES_MS = 40;
/** Doors that die for each time at a failpoint. */
const DOORS_A_TIME = 3;

/** A worker dies the nth time it comes by a failpoint; a door so many milliseconds after it was asked. */
type Death = { of: 'worker'; failpoint: Failpoint; nth: number } | { of: 'door'; afterMs: number };

/** Workers die at every named failpoint and doors in the middle of requests, so many times each, in the middle of a mixture of work. Then the invariants are counted. */
export async function sweep({ environment, times, seed }: ChaosRun, say: (line: string) => void): Promise<Finding[]> {
  const random = new SeededRandom(seed);
  const world = await World.start({
    environment,
    modelLatencyMs: 20,
    duplicates: 0.1,
    failedEntries: 0.05,
    tenants: 10,
    workerEnv: { LEASE_MS: '10000', RETRY_BASE_MS: '200', MOST_JOBS_AT_ONCE: String(PLACES), MOST_ORDERED_JOBS_AT_ONCE: String(ORDERED_PLACES) },
  });
  try {
    say(`history in ${world.history.file}`);
    await world.spoilModel('sonnet');
    const mixture = new Mixture(world, { random, owners: world.owners, mangaIds: world.mangaIds });
    const partner = new HttpDoor(random, world.mangaIds);
    const deaths = new Deaths(world);
    mixture.start();

    const plan = random.shuffled([...deathsOfWorkers(times, random), ...deathsOfDoors(times, random)]);
    const all = plan.length;
    const progress = setInterval(() => say(`${all - plan.length} of ${all} deaths, ${mixture.accepted.length} jobs`), SAY_EVERY_MS);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => perform(plan, { world, deaths, partner, lane })));
    clearInterval(progress);
    await mixture.end();

    const workers = await Promise.all([world.worker('worker-a'), world.worker('worker-b')]);
    await Promise.all(workers.map((worker) => worker.up()));
    await hearAnswers(world, partner);
    const accepted = [...mixture.accepted, ...partner.accepted];
    const settled = new Settled(world, accepted, [...mixture.told, ...partner.told]);
    for (const what of ['finishedBy', 'toldBy', 'queuesEmptyBy'] as const) await settled[what](Date.now() + SETTLED_WITHIN_MS);
    const queuesEmpty = await checkQueuesEmpty();
    const endings = await Promise.all(workers.map((worker) => worker.stop()));

    const jobs = await readJobs(world, accepted);
    for (const job of jobs.values()) world.history.noteJob(job);
    for (const [id, calls] of repeatedOf(world.receiver.received)) world.history.noteRepeated(id, calls);
    const [rows, ledger, webhooks, counts] = [await readRows(), await readLedger(), world.receiver.received, await world.counts()];
    const ofDoors = rows.filter(({ tenantId }) => tenantId === DOOR_OWNER.tenantId).length;
    const casualties = { atMs: deaths.atMs, places: PLACES + ORDERED_PLACES };
    return [
      ...FAILPOINTS.map((failpoint) => diedAt(failpoint, deaths, times)),
      finding('doors died while they were asked', deaths.ofDoors === times * DOORS_A_TIME, `${deaths.ofDoors} times, ${partner.asked} requests`),
      ...checkJobs({ orders: accepted, jobs, rows, hopeless: mixture.hopeless, resultKeys: await readResultKeys(), ledger, topic: await drainTopic(), webhooks, unsigned: world.receiver.unsigned }),
      finding('every request was answered when it was repeated, and made nothing twice', partner.unanswered === 0 && ofDoors === partner.accepted.length, `${ofDoors} jobs of ${partner.accepted.length} asked for, ${partner.unanswered} unanswered`),
      finding('   and no other way', partner.strange.length === 0, some([...new Set(partner.strange)]) || 'nothing strange'),
      checkRepeatedWebhooks(webhooks, casualties, deaths.byFailpoint.get('webhook.after_send')),
      checkAttempts([...jobs.values()], casualties),
      checkFaults({ 'messages handed out twice': counts.duplicateDeliveries, 'entries refused': counts.failedBatchEntries }),
      ...checkDeadLetters({ letters: await readDeadLetters(world), poison: [], hopeless: mixture.hopeless, jobs }),
      ...checkBatches({ orders: mixture.batches, batches: await readBatches(world, mixture.batches), rows, webhooks }),
      checkEndings(endings, DRAIN_MS),
      queuesEmpty,
    ];
  } finally {
    await world.close();
  }
}

function deathsOfWorkers(times: number, random: SeededRandom): Death[] {
  // The sweeper comes by less often.
  const nth = (failpoint: Failpoint): number => (failpoint.startsWith('job.') ? 1 + Math.floor(random.next() * MOST_PASSED) : 1);
  return FAILPOINTS.flatMap((failpoint) => Array.from({ length: times }, () => ({ of: 'worker' as const, failpoint, nth: nth(failpoint) })));
}

function deathsOfDoors(times: number, random: SeededRandom): Death[] {
  return Array.from({ length: times * DOORS_A_TIME }, () => ({ of: 'door' as const, afterMs: random.next() * REQUEST_TAKES_MS }));
}

/** One process after the other, until nobody is left to die. */
async function perform(plan: Death[], { world, deaths, partner, lane }: { world: World; deaths: Deaths; partner: HttpDoor; lane: number }): Promise<void> {
  for (let death = plan.pop(); death; death = plan.pop()) {
    if (death.of === 'worker') {
      await deaths.at(death, `worker-${lane}`);
    } else {
      const { door, url } = await world.door(`door-${lane}`);
      await door.up();
      // What is loaded at the first request is no part of the second.
      await partner.askForMany(url);
      await deaths.ofDoor(door, death.afterMs, partner.askForMany(url));
    }
  }
}

/** The partner asks again until everything has been answered. */
async function hearAnswers(world: World, partner: HttpDoor): Promise<void> {
  await pause(KEY_FREE_AFTER_MS);
  const { door, url } = await world.door('door');
  await door.up();
  const givesUpAtMs = Date.now() + ANSWERED_WITHIN_MS;
  while (partner.unanswered > 0 && Date.now() < givesUpAtMs) {
    await partner.askAgain(url);
    await pause(partner.unanswered > 0 ? 1_000 : 0);
  }
  await door.stop();
}

function diedAt(failpoint: Failpoint, deaths: Deaths, times: number): Finding {
  const died = deaths.byFailpoint.get(failpoint) ?? 0;
  return finding(`workers died at ${failpoint}`, died === times, deaths.notReached.has(failpoint) ? 'nobody came by' : `${died} times`);
}
