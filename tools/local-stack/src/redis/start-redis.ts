import { createServer } from 'node:net';
import { attachSession, createRedisCommandExecutor, RedisServerState, SocketConnectionTransport, type AttachedSession } from 'js-redis-server/core';
import { listen } from '../listen.ts';
import type { RunningServer } from '../running-server.ts';

/** As many as a Redis server has unless told otherwise. */
const DATABASES = 16;

/**
 * Redis on loopback and in memory. js-redis-server's own `createRedisServer` listens on every
 * interface, so the socket is ours and only the sessions are its.
 */
export async function startRedis(options: { port: number }): Promise<RunningServer> {
  const state = new RedisServerState({ databaseCount: DATABASES });
  const executor = createRedisCommandExecutor();
  const sessions = new Set<AttachedSession>();
  const server = createServer({ keepAlive: true, noDelay: true }, (socket) => {
    const session = attachSession(new SocketConnectionTransport(socket), {
      state,
      executor,
      clientAddress: `${socket.remoteAddress}:${socket.remotePort}`,
    });
    sessions.add(session);
    void session.done.finally(() => sessions.delete(session));
  });
  const close = async () => {
    for (const session of sessions) session.close();
    state.close();
  };
  try {
    return await listen(server, options.port, 'redis', close);
  } catch (error) {
    await close();
    throw error;
  }
}
