import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Obstacle } from './obstacle.ts';

/** Long enough for the other side of the world, short enough to try the next address. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Of many addresses the first few are enough; fifty answers must not become fifty connections. */
const MOST_ADDRESSES = 3;

/** A connection to the first of these addresses that takes one: to exactly that address, no name is looked up again. Errors: an Obstacle. */
export async function openSocket(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  let failure: unknown;
  for (const address of addresses.slice(0, MOST_ADDRESSES)) {
    try {
      return await connected(address, port, signal);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw new Obstacle('connection', failure);
}

function connected(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host: address, port, lookup: (host) => socket.destroy(new Error(`${host} is no address`)) });
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no connection in time')));
  return opened(socket, 'connect', signal).then((open) => open.setTimeout(0));
}

/** TLS over it, for this name: its certificate must be good for the host that was asked for, not for the address. Errors: an Obstacle. */
export async function secured(socket: Socket, host: string, ca: string | undefined, signal: AbortSignal): Promise<Socket> {
  const tls = connectTls({ socket, host, ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }), ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2' });
  try {
    return await opened(tls, 'secureConnect', signal);
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw new Obstacle('tls', error);
  }
}

function opened<T extends Socket>(socket: T, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => () => {
      signal.removeEventListener('abort', onAbort);
      // Not `error`: a socket that breaks before its next user listens must not end the process.
      socket.off('close', onClose).off(event, onOpen);
      act();
    };
    const onAbort = settle(() => {
      socket.destroy();
      reject(signal.reason);
    });
    let failure: Error | undefined;
    const onError = (error: Error): void => void (failure = error);
    const onClose = settle(() => reject(failure ?? new Error('closed before it was open')));
    const onOpen = settle(() => resolve(socket));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', onError).once('close', onClose).once(event, onOpen);
  });
}
