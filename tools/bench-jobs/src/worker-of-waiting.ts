// A worker whose handler waits as if for a model, in a process of its own so that its memory is its own.
import { PRIORITY_WEIGHTS, SqsTransport } from '@manga-assist/queues';

const workMs = Number(process.env['WORK_MS']);
const { high, normal, low } = PRIORITY_WEIGHTS;
let dwellsMs: Record<string, number[]> = {};
let mostRssBytes = 0;
let handled = 0;

const sampling = setInterval(() => (mostRssBytes = Math.max(mostRssBytes, process.memoryUsage.rss())), 50);
const transport = new SqsTransport({
  queues: [
    { name: 'manga-fm-high-priority', weight: high },
    { name: 'manga-fm-normal', weight: normal },
    { name: 'manga-fm-low-priority', weight: low },
  ],
  mostInFlight: Number(process.env['MOST_IN_FLIGHT']),
  handlerTimeoutMs: 60_000,
});
transport.addHandler(
  'bench',
  async ({ probe, sentAtMs }: { probe?: string; sentAtMs: number }) => {
    handled++;
    if (probe !== undefined) (dwellsMs[probe] ??= []).push(performance.timeOrigin + performance.now() - sentAtMs);
    await new Promise((resolve) => setTimeout(resolve, workMs));
  },
  true,
);
transport.listen(() => console.log('serving'));

process.on('message', () => {
  process.send?.({ dwellsMs, handled, mostRssMib: mostRssBytes / 1_048_576 });
  dwellsMs = {};
  mostRssBytes = 0;
});
process.once('SIGTERM', () => {
  clearInterval(sampling);
  void transport.close().then(() => process.exit(0));
});
