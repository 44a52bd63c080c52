import type { AddressInfo, Server } from 'node:net';
import type { RunningServer } from './running-server.ts';

/** Nothing here asks for credentials, so nothing here is reachable from another machine. */
export const LOOPBACK = '127.0.0.1';

/** Opens the server on loopback. `alsoClose` runs once the server takes no more connections; it must end the open ones. */
export async function listen(server: Server, port: number, scheme: string, alsoClose: () => Promise<void>): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `${scheme}://${LOOPBACK}:${taken}`,
    port: taken,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await alsoClose();
      await closed;
    },
  };
}
