import type { BenchClient } from './bench-client.ts';
import { OurClient } from './our-client.ts';
import { RelayClient } from './relay-client.ts';
import { SdkClient, type SdkTransport } from './sdk-client.ts';
import type { Measurement, Task } from '../measurement.ts';

/** One client in a process of its own: does what it is told and says what it took. */
const name = process.env['CLIENT'] ?? '';
const endpoint = process.env['UPSTREAM'] ?? '';
const client: BenchClient = name === 'ours' ? new OurClient(endpoint) : name === 'relay' ? new RelayClient(endpoint) : new SdkClient(endpoint, name as SdkTransport);

async function measure({ operation, concurrency, forMs }: Task): Promise<Measurement> {
  let tokens = 0;
  const addedMs: number[] = [];
  let calls = 0;
  const once = async () => {
    calls++;
    if (operation === 'invoke') return client.invoke();
    const seen = await client.stream();
    tokens += seen.tokens;
    addedMs.push(seen.firstTokenMs - (Number(seen.firstText) || 0));
  };
  const before = process.cpuUsage();
  const endsAt = performance.now() + forMs;
  const lane = async () => {
    while (performance.now() < endsAt) await once();
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const { user, system } = process.cpuUsage(before);
  return { calls, tokens, cpuUs: user + system, addedMs };
}

process.on('message', (task: Task) => {
  measure(task).then(
    (measurement) => process.send?.(measurement),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => void client.close().finally(() => process.exit(0)));
process.send?.({});
