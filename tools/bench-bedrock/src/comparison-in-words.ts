import type { ClientFigures, Comparison } from './compare-clients.ts';

const NAMES: Readonly<Record<string, string>> = {
  default: 'SDK, default transport',
  'shared-http2': 'SDK, one HTTP/2 session',
  'keep-alive': 'SDK, kept HTTP/1.1 connections',
  ours: 'ours (policy, price, ledger on)',
  relay: 'minimal relay, no SDK',
};

/** The comparison for people. */
export function comparisonInWords({ streaming, invoking, firstToken, goals }: Comparison): string {
  const name = (client: string) => (NAMES[client] ?? client).padEnd(34);
  const rates = (figures: readonly ClientFigures[], unit: string) =>
    figures.map(
      ({ client, perCoreAndSecond, cpuUsEach }) =>
        `  ${name(client)}${Math.round(perCoreAndSecond).toLocaleString('en-US').padStart(11)} ${unit}/s per core${cpuUsEach.toFixed(1).padStart(10)} µs CPU each`,
    );
  return [
    'ConverseStream, 300 tokens an answer, 32 at once',
    ...rates(streaming, 'tokens'),
    '',
    'InvokeModel, 300 tokens an answer, 32 at once',
    ...rates(invoking, 'answers'),
    '',
    "First token over the upstream's own time, 64 streams of 50 tokens/s",
    ...firstToken.map(({ client, p50Ms, p99Ms }) => `  ${name(client)}p50 ${p50Ms.toFixed(2).padStart(6)} ms   p99 ${p99Ms.toFixed(2).padStart(6)} ms`),
    '',
    ...goals.map(({ what, goal, reached, isMet }) => `  ${isMet ? 'met   ' : 'missed'}  ${what}: ${reached} (goal ${goal})`),
  ].join('\n');
}
