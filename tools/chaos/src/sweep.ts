import { setTimeout as pause } from 'node:timers/promises';
import { FAILPOINTS, type Failpoint } from '@manga-assist/jobs';
import { checkBatches } from './check/batches.ts';
import { checkJobs } from './check/invariants.ts';
import { checkDeadLetters, checkQueuesEmpty } from './check/queues.ts';
import { countJobsOf, readDeadLetters, readJobs, readLedger, readResultKeys } from './check/stores.ts';
import { drainTopic } from './check/topic.ts';
import { Deaths } from './deaths.ts';
import { DOOR_OWNER, HttpDoor } from './load/http-door.ts';
import { Mixture } from './load/mixture.ts';
import type { ChaosOptions } from './options.ts';
import { SeededRandom } from './random.ts';
import { finding, some, type Finding } from './report.ts';
import { Settled } from './settled.ts';
import { World } from './world.ts';

const OF_DOORS: readonly Failpoint[] = ['door.after_row', 'door.after_send', 'batch.after_row', 'batch.after_job_rows', 'batch.after_send'];
const OF_DOORS_ALONE: ReadonlySet<Failpoint> = new Set(['door.after_row', 'door.after_send', 'batch.after_row']);
const OF_WORKERS = FAILPOINTS.filter((failpoint) => !OF_DOORS_ALONE.has(failpoint));

/** Two cores: two processes that live and die. */
const LANES = 2;
const MOST_PASSED = 3;
/** As long as a request that died keeps its Idempotency-Key to itself. */
const KEY_FREE_AFTER_MS = 30_000;
const ANSWERED_WITHIN_MS = 90_000;
/** What the last one who died held is hidden for half a minute, leased for as long, and may fail three times. */
const SETTLED_WITHIN_MS = 120_000;
const SAY_EVERY_MS = 10_000;

interface Task {
  process: 'async-worker' | 'rest-api';
  failpoint: Failpoint;
  /** Dies the nth time it comes by. */
  nth: number;
}

/** Workers and doors die at every named failpoint, so many times each, in the middle of a mixture of work. Then the invariants are counted. */
export async function sweep({ times, seed }: ChaosOptions, say: (line: string) => void): Promise<Finding[]> {
  const random = new SeededRandom(seed);
  const world = await World.start({ modelLatencyMs: 20, duplicates: 0.1, failedEntries: 0.05, tenants: 10, workerEnv: { LEASE_MS: '10000', RETRY_BASE_MS: '200', MOST_JOBS_AT_ONCE: '8' } });
  try {
    say(`history in ${world.history.file}`);
    await world.spoilModel('sonnet');
    const mixture = new Mixture(world, { random, owners: world.owners, mangaIds: world.mangaIds });
    const partner = new HttpDoor(random, world.mangaIds);
    const deaths = new Deaths(world);
    mixture.start();

    const tasks = random.shuffled([...tasksOf('async-worker', OF_WORKERS, times, random), ...tasksOf('rest-api', OF_DOORS, times, random)]);
    const all = tasks.length;
    const progress = setInterval(() => say(`${deaths.total} of ${all} deaths, ${mixture.accepted.length} jobs`), SAY_EVERY_MS);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => perform(tasks, { world, deaths, partner, lane })));
    clearInterval(progress);
    await mixture.end();

    const workers = await Promise.all([world.worker('worker-a'), world.worker('worker-b')]);
    await Promise.all(workers.map((worker) => worker.up()));
    await hearAnswers(world, partner);
    const accepted = [...mixture.accepted, ...partner.accepted];
    const settled = new Settled(world, accepted, mixture.told);
    await settled.by(Date.now() + SETTLED_WITHIN_MS);
    const endings = await Promise.all(workers.map((worker) => worker.stop()));

    const jobs = await readJobs(world, accepted);
    const webhooks = world.receiver.received;
    const ofDoors = await countJobsOf(DOOR_OWNER.tenantId);
    return [
      ...deathsAt('async-worker', OF_WORKERS, deaths, times),
      ...deathsAt('rest-api', OF_DOORS, deaths, times),
      ...checkJobs({ orders: accepted, jobs, hopeless: mixture.hopeless, resultKeys: await readResultKeys(), ledger: await readLedger(), topic: await drainTopic(), webhooks, unsigned: world.receiver.unsigned }),
      finding('every request was answered when it was repeated, and made nothing twice', partner.unanswered === 0 && ofDoors === partner.accepted.length, `${ofDoors} jobs of ${partner.accepted.length} asked for, ${partner.unanswered} unanswered`),
      finding('   and no other way', partner.strange.length === 0, some([...new Set(partner.strange)]) || 'nothing strange'),
      ...checkDeadLetters(await readDeadLetters(world), [], mixture.hopeless),
      ...(await checkBatches(world, mixture.batches, jobs, webhooks)),
      finding('I8 workers stop when they are told to', endings.every(({ exitCode }) => exitCode === 0), endings.map(({ exitCode }) => exitCode).join(', ')),
      await checkQueuesEmpty(),
    ];
  } finally {
    await world.close();
  }
}

function tasksOf(process: Task['process'], failpoints: readonly Failpoint[], times: number, random: SeededRandom): Task[] {
  return failpoints.flatMap((failpoint) => Array.from({ length: times }, () => ({ process, failpoint, nth: 1 + Math.floor(random.next() * MOST_PASSED) })));
}

const labelOf = ({ process, failpoint }: Pick<Task, 'process' | 'failpoint'>): string => `${process} ${failpoint}`;

/** One process after the other, until nothing is left to die at. */
async function perform(tasks: Task[], { world, deaths, partner, lane }: { world: World; deaths: Deaths; partner: HttpDoor; lane: number }): Promise<void> {
  for (let task = tasks.pop(); task; task = tasks.pop()) {
    const { failpoint } = task;
    if (task.process === 'async-worker') {
      const death = task;
      await deaths.at(labelOf(task), () => world.worker(`worker-${lane}`, death));
    } else {
      const { door, url } = await world.door(`door-${lane}`, task);
      await deaths.at(labelOf(task), async () => door, () => (failpoint.startsWith('batch') ? partner.askForBatch(url) : partner.askForJob(url)));
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

function deathsAt(process: Task['process'], failpoints: readonly Failpoint[], deaths: Deaths, times: number): Finding[] {
  return failpoints.map((failpoint) => {
    const label = labelOf({ process, failpoint });
    const died = deaths.byFailpoint.get(label) ?? 0;
    return finding(`died at ${label}`, died === times, deaths.notReached.has(label) ? 'nobody came by' : `${died} times`);
  });
}
