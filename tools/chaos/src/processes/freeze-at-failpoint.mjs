// Preloaded into a worker that is to be frozen while it holds a job: told a failpoint, it stops in the middle of
// the next job that passes it, with a mark. Whoever started it thaws it again.
import { appendFileSync } from 'node:fs';

const { CHAOS_MARKS: marks } = process.env;
let wanted;

process.on('message', ({ freezeAt }) => (wanted = freezeAt));
// Listening must not keep a process alive that has nothing else to do.
process.channel?.unref();

globalThis[Symbol.for('manga-assist.failpoint')] = (failpoint) => {
  if (failpoint !== wanted) return;
  wanted = undefined;
  appendFileSync(marks, `${failpoint}\n`);
  process.kill(process.pid, 'SIGSTOP');
};
