import { openSqsQueueSender, type QueueSender } from '@manga-assist/queues';
import type { BenchStack } from './bench-stack.ts';
import { rawLoop, sqsConsumer, transport, type Lane } from './lanes.ts';
import { median, rounded } from './statistics.ts';

const QUEUE = 'manga-fm-low-priority';
const CALLS_AT_ONCE = 8;
/** Far beyond what any of them takes. */
const LANE_LIMIT_MS = 120_000;
const LANES: Record<string, Lane> = { raw: rawLoop, 'sqs-consumer': sqsConsumer, transport };

export interface BareMessages {
  /** Added to every answer of SQS, in milliseconds. */
  delayMs: number;
  messagesPerSecond: Record<string, number>;
  /** CPU of the process that takes the messages, for one message. */
  cpuMicroseconds: Record<string, number>;
  transportToRaw: number;
  transportToSqsConsumer: number;
}

/** Messages a second of each way to take them, in turns: a machine that is slow now is slow for all. */
export async function bareMessages(stack: BenchStack, delayMs: number, { messages, rounds }: { messages: number; rounds: number }): Promise<BareMessages> {
  const sender = openSqsQueueSender();
  const rates: Record<string, number[]> = {};
  const cpu: Record<string, number[]> = {};
  // The first of all warms up what all use.
  for (const [name, lane] of Object.entries(LANES)) await measured(lane, sender, Math.ceil(messages / 10), name);
  await stack.delayAnswers(delayMs);
  try {
    for (let round = 0; round < rounds; round++) {
      // Another one begins each time, so that a machine that gets slower slows none more than the others.
      const lanes = Object.entries(LANES);
      for (const [name, lane] of [...lanes.slice(round % lanes.length), ...lanes.slice(0, round % lanes.length)]) {
        const { perSecond, cpuMicroseconds } = await measured(lane, sender, messages, name, () => stack.delayAnswers(0), () => stack.delayAnswers(delayMs));
        (rates[name] ??= []).push(perSecond);
        (cpu[name] ??= []).push(cpuMicroseconds);
      }
    }
  } finally {
    await stack.delayAnswers(0);
    await sender.close();
  }
  const messagesPerSecond = Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, Math.round(median(values))]));
  // Of what ran next to each other.
  const ratio = (other: string) => rounded(median((rates['transport'] ?? []).map((perSecond, round) => perSecond / (rates[other]?.[round] ?? Number.NaN))));
  return {
    delayMs,
    messagesPerSecond,
    cpuMicroseconds: Object.fromEntries(Object.entries(cpu).map(([name, values]) => [name, Math.round(median(values))])),
    transportToRaw: ratio('raw'),
    transportToSqsConsumer: ratio('sqs-consumer'),
  };
}

async function measured(lane: Lane, sender: QueueSender, count: number, name: string, whileFilling?: () => Promise<void>, afterFilling?: () => Promise<void>): Promise<{ perSecond: number; cpuMicroseconds: number }> {
  await whileFilling?.();
  const message = (number: number) => ({ queueName: QUEUE, pattern: 'bench', body: JSON.stringify({ v: 1, job_id: `${name}-${number}` }), attributes: { RequestId: String(number), Priority: 'low' } });
  await sender.sendMany(Array.from({ length: count }, (_, number) => message(number)), AbortSignal.timeout(120_000));
  await afterFilling?.();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await within(LANE_LIMIT_MS, `${name} has not taken ${count} messages`, lane(QUEUE, count, CALLS_AT_ONCE));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: count / seconds, cpuMicroseconds: (user + system) / count };
}

async function within(limitMs: number, what: string, work: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} within ${limitMs} ms`)), limitMs);
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
