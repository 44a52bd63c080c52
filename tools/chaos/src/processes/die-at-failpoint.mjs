// Preloaded into a worker that is to die: the nth time it passes the failpoint, in the middle of what it does,
// with no chance to clean up. Leaves a mark first, so that nobody takes another end for this one.
// See libs/jobs/src/failpoint.ts.
import { appendFileSync } from 'node:fs';

const { CHAOS_FAILPOINT: name, CHAOS_FAILPOINT_NTH: nth, CHAOS_MARKS: marks } = process.env;
let passed = 0;

globalThis[Symbol.for('manga-assist.failpoint')] = (failpoint) => {
  if (failpoint !== name || ++passed < Number(nth)) return;
  appendFileSync(marks, `${failpoint}\n`);
  process.kill(process.pid, 'SIGKILL');
};
