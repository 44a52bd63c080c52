import { finding, some, type Finding } from '../report.ts';

/** Nothing may be stuck so long after the last kill. */
export const STUCK_AFTER_MS = 60_000;

export interface Aftermath {
  lastKillAtMs: number;
  /** Jobs and batches whose end nobody had been told of by then. */
  openAtLastKill: number;
  /** Of those, killing had to go on. */
  nearlyDone: number;
  /** Jobs that were not finished in time. */
  late: readonly string[];
  /** When that was so of all of them; the latest look where it never was. */
  doneAtMs: number;
  toldAtMs: number;
  emptyAtMs: number;
}

/** Workers were killed until nearly everything was done, and within a minute the rest was. */
export function checkStuck({ lastKillAtMs, openAtLastKill, nearlyDone, late, doneAtMs, toldAtMs, emptyAtMs }: Aftermath): Finding[] {
  const after = (atMs: number): string => `${((atMs - lastKillAtMs) / 1_000).toFixed(1)} s`;
  const times = `every row finished after ${after(doneAtMs)}, every webhook told after ${after(toldAtMs)}, every queue empty after ${after(emptyAtMs)}`;
  return [
    finding('killing went on until nearly everything was done', openAtLastKill <= nearlyDone, `${openAtLastKill} jobs and batches were open at the end of it`),
    finding(`nothing is stuck ${STUCK_AFTER_MS / 1_000} s after the last kill`, late.length === 0 && doneAtMs - lastKillAtMs <= STUCK_AFTER_MS, late.length === 0 ? times : `${some(late)}; ${times}`),
  ];
}
