import type { ProcessPlan } from './process-plan.ts';
import { Screen } from './screen.ts';
import { CrashError, seconds, Supervisor, type SupervisorTimes } from './supervisor.ts';

/**
 * npm passes on the Ctrl-C that the terminal has already sent to everyone, so one press arrives twice;
 * only a later one means "now".
 */
const ONE_PRESS_MS = 500;

export interface RunOptions {
  /** Printed after `MangaAssist is ready in 8.1 s: `. */
  urls: string;
  hasColour: boolean;
  /** LOG_FORMAT=json: log lines as they come. */
  isRaw: boolean;
  times?: Partial<SupervisorTimes>;
}

/** Runs the processes until one crashes or the person stops them; gives the exit code. */
export async function runStack(processes: readonly ProcessPlan[], options: RunOptions): Promise<number> {
  const startedAt = performance.now();
  const nameWidth = Math.max(...processes.map(({ name }) => name.length));
  const screen = new Screen((text) => process.stdout.write(text), { hasColour: options.hasColour, isRaw: options.isRaw, nameWidth });
  const supervisor = new Supervisor(processes, screen, options.times);
  const asked = stopRequests(supervisor);

  try {
    await Promise.race([supervisor.start(), asked.stop]);
    if (!asked.isStopping) process.stdout.write(`MangaAssist is ready in ${seconds(performance.now() - startedAt)}: ${options.urls}\n`);
    await Promise.race([supervisor.crash, asked.stop]);
    await supervisor.stop();
    return asked.isForced ? 130 : 0;
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
    process.stderr.write(report(error));
    await supervisor.stop();
    return 1;
  } finally {
    supervisor.kill();
  }
}

function report({ message, process: name, lines }: CrashError): string {
  if (lines.length === 0) return `\n${message} It printed nothing. Everything is stopped.\n`;
  return ['', `${message} Everything is stopped. The last lines of ${name}:`, ...lines.map((line) => `    ${line}`), ''].join('\n');
}

/** Turns Ctrl-C, SIGTERM and a closed terminal into one wish to stop; a second Ctrl-C kills. */
function stopRequests(supervisor: Supervisor) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { stop: promise, isStopping: false, isForced: false };
  let firstAt = 0;
  const ask = () => {
    if (!state.isStopping) {
      state.isStopping = true;
      firstAt = performance.now();
      process.stdout.write('\nMangaAssist stops; Ctrl-C again kills it at once.\n');
      void supervisor.stop();
      resolve();
    } else if (performance.now() - firstAt > ONE_PRESS_MS) {
      state.isForced = true;
      supervisor.kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  // Whoever read our output is gone (a closed pipe or terminal).
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ask);
  process.on('exit', () => supervisor.kill());
  watchNpm(ask);
  return state;
}

const LOOK_EVERY_MS = 250;

/** npm passes a signal to the shell between it and us, which may end without telling us; then our parent changes. */
function watchNpm(ask: () => void): void {
  if (!process.env['npm_lifecycle_event']) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ask();
  }, LOOK_EVERY_MS);
  timer.unref();
}
