import { finding, type Finding } from '../report.ts';

/** Of what a process may still close when its work has drained. */
const CLOSE_GRACE_MS = 2_000;

interface NamedEnding {
  exitCode: number | null;
  tookMs: number;
}

/** Told to stop, every worker ends by itself and in its time: nothing that it opened holds it back. */
export function checkEndings(endings: readonly NamedEnding[], drainMs: number): Finding {
  const isClean = ({ exitCode, tookMs }: NamedEnding): boolean => exitCode === 0 && tookMs <= drainMs + CLOSE_GRACE_MS;
  return finding('I8 workers stop by themselves, in their time, when they are told to', endings.length > 0 && endings.every(isClean), endings.map(({ exitCode, tookMs }) => `${exitCode} after ${(tookMs / 1_000).toFixed(1)} s`).join(', '));
}
