// Preloaded (--import) into every process that npm start starts: when the supervisor is gone, even by
// SIGKILL, its IPC channel closes, and the process stops as if told to, then at the latest after 4 s.
import { isMainThread } from 'node:worker_threads';

const GRACE_MS = 4_000;

if (isMainThread && process.connected) {
  process.once('disconnect', () => {
    // Not process.exit: the pipes for its output are broken, and an exit handler that writes there (a logger's
    // last flush) throws and keeps the process alive.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening must not keep a process alive that has nothing else to do.
  process.channel?.unref();
}
