import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Listeners where no webhook must ever come: they only count who does. */
export interface Canary {
  port: number;
  connections(): number;
  close(): Promise<void>;
}

/** On the same port of each of these addresses. */
export async function startCanary(addresses: readonly string[]): Promise<Canary> {
  let connections = 0;
  const listen = async (host: string, port: number): Promise<Server> => {
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(port, host);
    await once(server, 'listening');
    return server;
  };
  const [first = '', ...others] = addresses;
  const servers = [await listen(first, 0)];
  const { port } = servers[0]?.address() as { port: number };
  for (const address of others) servers.push(await listen(address, port));
  return {
    port,
    connections: () => connections,
    close: async () => void (await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))),
  };
}
