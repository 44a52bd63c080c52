import { openSqsQueueDepths, openSqsQueueSender, type OutgoingMessage } from '@manga-assist/queues';
import type { BenchStack } from './bench-stack.ts';
import { mustWait } from './must-wait.ts';
import { BenchProcess } from './processes.ts';
import { percentile, rounded } from './statistics.ts';

const HIGH = 'manga-fm-high-priority';
const NORMAL = 'manga-fm-normal';
const LOW = 'manga-fm-low-priority';
const BACKLOG = 20_000;
const NOISY = 10_000;
/** As if a model had been asked: long enough that nearly all that waits still waits at the end. */
const WORK_MS = 1_000;
const MOST_IN_FLIGHT = 64;
const BETWEEN_PROBES_MS = 50;

interface Seen {
  dwellsMs: Record<string, number[]>;
}

interface Dwell {
  p50: number;
  p99: number;
}

export interface FullQueues {
  /** Of an urgent message: with nothing else to do, and behind 20,000 of low priority. */
  urgentDwellMs: { idle: Dwell; behindBacklog: Dwell };
  /** Of a quiet tenant's message: alone in its queue, and with 10,000 of a noisy tenant before it. */
  quietTenantDwellMs: { idle: Dwell; behindNoisy: Dwell };
}

/** What waits must cost nothing to those who are not to wait. */
export async function fullQueues(stack: BenchStack, { probes }: { probes: number }): Promise<FullQueues> {
  const sender = openSqsQueueSender();
  const depths = openSqsQueueDepths();
  const environment = { ...stack.env, WORK_MS: String(WORK_MS), MOST_IN_FLIGHT: String(MOST_IN_FLIGHT) };
  const { process: worker } = await BenchProcess.start('tools/bench-jobs/src/worker-of-waiting.ts', [], environment, (line) => line === 'serving');
  const message = (queueName: string, groupId: string, probe?: string): OutgoingMessage => ({
    queueName,
    groupId,
    pattern: 'bench',
    body: JSON.stringify({ sentAtMs: performance.timeOrigin + performance.now(), ...(probe !== undefined && { probe }) }),
  });
  const fill = (queueName: string, tenant: string, count: number) =>
    sender.sendMany(Array.from({ length: count }, () => message(queueName, tenant)), AbortSignal.timeout(120_000));
  const probe = async (queueName: string, name: string): Promise<void> => {
    for (let sent = 0; sent < probes; sent++) {
      await sender.send(message(queueName, 'quiet', name), AbortSignal.timeout(10_000));
      await pause(BETWEEN_PROBES_MS);
    }
    await pause(1_000);
  };
  const ask = () => worker.ask<Seen>({});
  const dwell = ({ dwellsMs }: Seen, name: string): Dwell => {
    const values = dwellsMs[name] ?? [];
    if (values.length < probes) throw new Error(`only ${values.length} of ${probes} messages have arrived`);
    return { p50: rounded(percentile(values, 0.5)), p99: rounded(percentile(values, 0.99)) };
  };
  const waitingIn = async (queueName: string): Promise<number> => (await depths.of(queueName, AbortSignal.timeout(10_000))).waiting;

  try {
    await probe(HIGH, 'warm');
    await ask();
    await probe(HIGH, 'idle');
    await probe(NORMAL, 'quiet-idle');
    const idle = await ask();

    await fill(NORMAL, 'noisy', NOISY);
    await probe(NORMAL, 'quiet');
    mustWait(await waitingIn(NORMAL), NOISY);
    const withNoisy = await ask();

    await fill(LOW, 'noisy', BACKLOG);
    await probe(HIGH, 'urgent');
    mustWait(await waitingIn(LOW), BACKLOG);
    const withBacklog = await ask();
    return {
      urgentDwellMs: { idle: dwell(idle, 'idle'), behindBacklog: dwell(withBacklog, 'urgent') },
      quietTenantDwellMs: { idle: dwell(idle, 'quiet-idle'), behindNoisy: dwell(withNoisy, 'quiet') },
    };
  } finally {
    await worker.stop();
    await Promise.all([sender.close(), depths.close()]);
  }
}

const pause = (forMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, forMs));
