import { buildApp } from 'fauxqs';

/** A real S3 on a socket, in memory. */
export async function startLocalS3(): Promise<{ url: string; close(): Promise<void> }> {
  const app = buildApp({ logger: false });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: async () => void (await app.close()) };
}
