// Preloaded into a worker that is to die: the nth time it passes the failpoint, in the middle of what it does,
// with no chance to clean up. See libs/jobs/src/failpoint.ts.
const { CHAOS_FAILPOINT: name, CHAOS_FAILPOINT_NTH: nth } = process.env;
let passed = 0;

globalThis[Symbol.for('manga-assist.failpoint')] = (failpoint) => {
  if (failpoint === name && ++passed >= Number(nth)) process.kill(process.pid, 'SIGKILL');
};
