import { closedLoop, median, percentile } from './closed-loop.ts';

/** One way of doing the work. */
export interface Contestant {
  /** Once, on one of the lanes. Gives what counts: the milliseconds it took and the units that were done. */
  once(lane: number): Promise<{ tookMs: number; units: number }>;
  /** CPU time so far, in microseconds, of whoever does the work. */
  cpuUs(): Promise<number>;
}

export interface Measured {
  /** Medians over the rounds. */
  p50Ms: number;
  p99Ms: number;
  unitsPerSecond: number;
  cpuUsPerUnit: number;
  /** How many times the work was done while measured. */
  count: number;
}

export interface Pace {
  secondsEach: number;
  rounds: number;
}

export interface Lanes {
  /** At the same time while measuring. */
  lanes: number;
  /** And while warming up, which may go faster: one at a time compiles little. */
  warmUpLanes?: number;
}

interface Round {
  p50Ms: number;
  p99Ms: number;
  unitsPerSecond: number;
  cpuUsPerUnit: number;
  count: number;
}

/** A cold process costs ten times as much: until its code is compiled nothing is measured. */
const WARM_UP_MS = 4_000;

/** Warms everybody up, then lets them take turns, round by round: what disturbs one disturbs the others as much. */
export async function takeTurns<Name extends string>(contestants: Record<Name, Contestant>, { secondsEach, rounds }: Pace, { lanes, warmUpLanes = lanes }: Lanes): Promise<Record<Name, Measured>> {
  const named = Object.entries(contestants) as [Name, Contestant][];
  for (const [, contestant] of named) await closedLoop(warmUpLanes, Math.min(WARM_UP_MS, secondsEach * 2_000), (lane) => contestant.once(lane));

  const results = new Map<Name, Round[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of named) results.set(name, [...(results.get(name) ?? []), await oneRound(contestant, lanes, secondsEach)]);
  }
  return Object.fromEntries([...results].map(([name, all]) => [name, summary(all)])) as Record<Name, Measured>;
}

async function oneRound(contestant: Contestant, lanes: number, seconds: number): Promise<Round> {
  const times: number[] = [];
  let units = 0;
  const cpuBefore = await contestant.cpuUs();
  const { tookMs } = await closedLoop(lanes, seconds * 1_000, async (lane) => {
    const done = await contestant.once(lane);
    times.push(done.tookMs);
    units += done.units;
  });
  const cpuUs = (await contestant.cpuUs()) - cpuBefore;
  times.sort((one, other) => one - other);
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), unitsPerSecond: (units / tookMs) * 1_000, cpuUsPerUnit: cpuUs / units, count: times.length };
}

function summary(rounds: readonly Round[]): Measured {
  return {
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    unitsPerSecond: median(rounds.map(({ unitsPerSecond }) => unitsPerSecond)),
    cpuUsPerUnit: median(rounds.map(({ cpuUsPerUnit }) => cpuUsPerUnit)),
    count: rounds.reduce((sum, { count }) => sum + count, 0),
  };
}
