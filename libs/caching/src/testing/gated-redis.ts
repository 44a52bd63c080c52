import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createRedisMock } from 'js-redis-server';

export interface GatedRedis {
  readonly url: string;
  /** From now on nothing passes in either direction and nothing is refused, like a stopped process. */
  freeze(): void;
  /** From now on connections are refused, and those that stand are cut. */
  down(): Promise<void>;
  /** What was frozen passes again, and connections are accepted. */
  up(): Promise<void>;
  close(): Promise<void>;
}

/** A Redis in this process, over TCP, that can be made to freeze and to go away. */
export async function startGatedRedis(): Promise<GatedRedis> {
  const redis = await createRedisMock();
  const sockets = new Set<Socket>();
  let isFrozen = false;

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // A peer that goes away in the middle is what this gate is for.
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const gate = createServer((caller) => {
    const behind = keep(connect(redis.port, redis.host));
    keep(caller).pipe(behind).pipe(caller);
    if (isFrozen) pause();
  });
  const pause = (): void => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const { port } = gate.address() as AddressInfo;

  const down = async (): Promise<void> => {
    if (!gate.listening) return;
    const closed = once(gate, 'close');
    gate.close();
    cut();
    await closed;
  };

  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => {
      isFrozen = true;
      pause();
    },
    down,
    up: async () => {
      isFrozen = false;
      // Connections frozen half-way through a word are of no use any more.
      cut();
      if (gate.listening) return;
      gate.listen(port, '127.0.0.1');
      await once(gate, 'listening');
    },
    close: async () => {
      await down();
      await redis.close();
    },
  };
}
