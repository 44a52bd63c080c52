import { createServer } from 'node:net';

/** A loopback port that nobody listens on, or the one asked for when it is free. Rejects with EADDRINUSE when it is not. */
export function freePort(wished: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wished, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wished));
    });
  });
}
