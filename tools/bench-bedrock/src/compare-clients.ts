import { Child } from './child.ts';
import type { Measurement, Task } from './measurement.ts';
import { median, percentile } from './statistics.ts';
import { UpstreamSettings } from './upstream/upstream-settings.ts';

/** What one client reached; medians over the rounds. */
export interface ClientFigures {
  client: string;
  /** Of one core of the client's process. */
  perCoreAndSecond: number;
  cpuUsEach: number;
}

export interface FirstTokenFigures {
  client: string;
  p50Ms: number;
  p99Ms: number;
}

export interface Goal {
  what: string;
  goal: string;
  reached: string;
  isMet: boolean;
}

export interface Comparison {
  streaming: readonly ClientFigures[];
  invoking: readonly ClientFigures[];
  firstToken: readonly FirstTokenFigures[];
  goals: readonly Goal[];
}

const SDK_SETTINGS = ['default', 'shared-http2', 'keep-alive'];
const IN_FLIGHT = 32;
const PACED_STREAMS = 64;
const WARM_UP_MS = 1_000;

/** All clients in one run against one upstream, taking turns in every round so that a busy machine hurts all alike. */
export async function compareClients({ forMs, rounds, report }: { forMs: number; rounds: number; report: (line: string) => void }): Promise<Comparison> {
  const upstream = await Child.start<{ url: string }>('./upstream/main.ts');
  const clients = new Map<string, Child<object>>();
  try {
    for (const name of [...SDK_SETTINGS, 'ours', 'relay']) {
      clients.set(name, await Child.start('./clients/main.ts', { CLIENT: name, UPSTREAM: upstream.started.url }));
    }
    const measure = async (names: readonly string[], task: Task): Promise<Map<string, Measurement[]>> => {
      const found = new Map<string, Measurement[]>(names.map((name) => [name, []]));
      for (const name of names) await clients.get(name)?.ask({ ...task, forMs: WARM_UP_MS });
      for (let round = 0; round < rounds; round++) {
        for (const name of names) found.get(name)?.push((await clients.get(name)?.ask<Measurement>(task)) as Measurement);
      }
      return found;
    };
    await upstream.ask({ settings: new UpstreamSettings() });
    report('streaming');
    const streaming = figures(await measure(['keep-alive', 'ours', 'relay'], { operation: 'stream', concurrency: IN_FLIGHT, forMs }), ({ tokens }) => tokens);
    report('whole answers');
    const invoking = figures(await measure([...clients.keys()], { operation: 'invoke', concurrency: IN_FLIGHT, forMs }), ({ calls }) => calls);
    report('first tokens');
    await upstream.ask({ settings: { ...new UpstreamSettings(), firstTokenMs: 50, tokenEveryMs: 20 } });
    const paced = await measure(['keep-alive', 'ours', 'relay'], { operation: 'stream', concurrency: PACED_STREAMS, forMs: Math.max(forMs, 3_000) });
    const firstToken = [...paced].map(([client, measurements]) => firstTokens(client, measurements));
    return { streaming, invoking, firstToken, goals: goalsOf(streaming, invoking, firstToken) };
  } finally {
    for (const child of [...clients.values(), upstream]) await child.stop();
  }
}

function figures(found: ReadonlyMap<string, readonly Measurement[]>, units: (measurement: Measurement) => number): ClientFigures[] {
  return [...found].map(([client, measurements]) => {
    const cpuUsEach = median(measurements.map((one) => one.cpuUs / units(one)));
    return { client, cpuUsEach, perCoreAndSecond: 1e6 / cpuUsEach };
  });
}

function firstTokens(client: string, measurements: readonly Measurement[]): FirstTokenFigures {
  // The first wave of each round starts in one instant, as streams of different people never do.
  const sorted = measurements.flatMap(({ addedMs }) => addedMs.slice(PACED_STREAMS)).sort((one, other) => one - other);
  return { client, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
}

function goalsOf(streaming: readonly ClientFigures[], invoking: readonly ClientFigures[], firstToken: readonly FirstTokenFigures[]): Goal[] {
  const rate = (all: readonly ClientFigures[], name: string) => all.find(({ client }) => client === name)?.perCoreAndSecond ?? Number.NaN;
  const streamRatio = rate(streaming, 'ours') / rate(streaming, 'keep-alive');
  const best = Math.max(...SDK_SETTINGS.map((name) => rate(invoking, name)));
  const invokeRatio = rate(invoking, 'ours') / best;
  const { p50Ms, p99Ms } = firstToken.find(({ client }) => client === 'ours') ?? { p50Ms: Number.NaN, p99Ms: Number.NaN };
  return [
    { what: 'tokens/s per core', goal: '≥ 4 × the SDK', reached: `${streamRatio.toFixed(1)} ×`, isMet: streamRatio >= 4 },
    { what: 'whole answers/s per core', goal: '≥ 1.0 × the best SDK setting', reached: `${invokeRatio.toFixed(2)} ×`, isMet: invokeRatio >= 1 },
    { what: 'added first token, 64 paced streams, p50', goal: '≤ 2 ms', reached: `${p50Ms.toFixed(2)} ms`, isMet: p50Ms <= 2 },
    { what: 'added first token, 64 paced streams, p99', goal: '≤ 8 ms', reached: `${p99Ms.toFixed(2)} ms`, isMet: p99Ms <= 8 },
  ];
}
