// Preloaded (--import) into every process that npm start starts: when the supervisor is gone, even by
// SIGKILL, its IPC channel closes, and the process stops as if told to, then at the latest after 4 s.
import { isMainThread, Worker } from 'node:worker_threads';

const GRACE_MS = 4_000;

if (isMainThread && process.connected) {
  process.once('disconnect', () => {
    // From a thread of its own: the pipes for our output are broken, and a logger that writes its last lines
    // there at exit may throw, or try for ever and block the main thread (sonic-boom does).
    const kill = `setTimeout(() => process.kill(${process.pid}, 'SIGKILL'), ${GRACE_MS})`;
    new Worker(kill, { eval: true, execArgv: [] }).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening must not keep a process alive that has nothing else to do.
  process.channel?.unref();
}
