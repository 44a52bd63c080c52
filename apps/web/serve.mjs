// Serves the shopper's page: builds it when its sources are newer than dist, then runs `vite preview`.
// Usage: node apps/web/serve.mjs   (WEB_PORT or PORT, HOST, CHAT_GATEWAY_URL or CHAT_GATEWAY_PORT, STORE_API_KEY)
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build, preview } from 'vite';

const root = import.meta.dirname;
const configFile = join(root, 'vite.config.ts');
let server;

for (const signal of ['SIGTERM', 'SIGINT']) {
  // Open connections (keep-alive) are not waited for: the page has nothing in flight that matters.
  process.once(signal, () => {
    server?.httpServer.closeAllConnections?.();
    server?.httpServer.close();
    process.exit(0);
  });
}

try {
  if (await isStale()) await build({ configFile, logLevel: 'warn' });
  server = await preview({ configFile, logLevel: 'warn' });
  console.log(`web is ready on ${server.resolvedUrls?.local[0]?.replace(/\/$/, '')}`);
} catch (error) {
  console.error(`web cannot start: ${error instanceof Error ? error.message : error}`);
  process.exit(2);
}

async function isStale() {
  const builtAt = await changedAt(join(root, 'dist/index.html'));
  const sources = ['src', 'public', 'vite', 'index.html', 'vite.config.ts', '../../package-lock.json'];
  return builtAt === 0 || (await newestOf(sources.map((source) => join(root, source)))) > builtAt;
}

/** Folders count too: their time changes when a file is removed. */
async function newestOf(paths) {
  const times = paths.map(async (path) => {
    if (path.endsWith('.spec.ts') || path.endsWith('.spec.tsx')) return 0;
    const inside = await readdir(path).catch(() => []);
    return Math.max(await changedAt(path), await newestOf(inside.map((name) => join(path, name))));
  });
  return Math.max(0, ...(await Promise.all(times)));
}

/** Milliseconds since 1970; 0 for what is not there. */
async function changedAt(path) {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}
