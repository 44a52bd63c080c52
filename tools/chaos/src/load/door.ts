import { claimCheckOf, type JobOrder } from '@manga-assist/jobs';
import type { SeededRandom } from '../random.ts';
import type { World } from '../world.ts';

/** How far a door comes before it dies, for one job in a hundred each. */
const DIES = { afterRow: 0.01, afterSend: 0.01 };
const AT_ONCE = 50;
const WITHIN_MS = 60_000;

/** What rest-api does with accepted requests, fifty at a time: row first, message second. Some doors die half-way: their jobs are accepted all the same. */
export async function submit(world: World, orders: readonly JobOrder[], random: SeededRandom | undefined): Promise<void> {
  for (let at = 0; at < orders.length; at += AT_ONCE) {
    const some = orders.slice(at, at + AT_ONCE);
    const signal = AbortSignal.timeout(WITHIN_MS);
    await Promise.all(some.map((order) => world.jobs.create(order, signal)));
    const toSend = some.filter(() => !random?.isBelow(DIES.afterRow));
    const outcomes = await world.sender.sendMany(toSend.map((order) => claimCheckOf(order)), signal);
    const toMark = toSend.filter((_, index) => outcomes[index]?.kind === 'sent' && !random?.isBelow(DIES.afterSend));
    await world.jobs.markSent(toMark.map(({ jobId }) => jobId), signal);
    world.history.note('submitted', { jobs: some.length, unsent: some.length - toSend.length, unmarked: toSend.length - toMark.length });
  }
}
