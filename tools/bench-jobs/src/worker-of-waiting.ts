// The bare transport with a handler that waits as if for a model, in a process of its own so that nobody else delays it.
import { PRIORITY_WEIGHTS, SqsTransport } from '@manga-assist/queues';

const workMs = Number(process.env['WORK_MS']);
const { high, normal, low } = PRIORITY_WEIGHTS;
let dwellsMs: Record<string, number[]> = {};

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
    if (probe !== undefined) (dwellsMs[probe] ??= []).push(performance.timeOrigin + performance.now() - sentAtMs);
    await new Promise((resolve) => setTimeout(resolve, workMs));
  },
  true,
);
transport.listen(() => console.log('serving'));

process.on('message', () => {
  process.send?.({ dwellsMs });
  dwellsMs = {};
});
process.once('SIGTERM', () => void transport.close().then(() => process.exit(0)));
