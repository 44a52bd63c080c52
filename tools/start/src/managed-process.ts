import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ProcessPlan } from './process-plan.ts';

export interface Ending {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  error?: Error;
}

const PRELOAD = new URL('../exit-with-parent.mjs', import.meta.url).href;
const LINES_KEPT = 20;
/** How long the last output may take to arrive once the process is gone. */
const LAST_OUTPUT_MS = 500;

/** A process of the stack in a group of its own, so that all it started can be ended with it. */
export class ManagedProcess {
  readonly plan: ProcessPlan;
  /** Settles when the process is gone and its output read. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #isGone = false;

  constructor(plan: ProcessPlan, onLine: (line: string) => void) {
    this.plan = plan;
    this.#child = spawn(process.execPath, ['--import', PRELOAD, ...plan.args], {
      cwd: plan.cwd,
      env: plan.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > LINES_KEPT) this.#lines.shift();
        onLine(line);
      });
    }
    this.ended = this.#ending();
  }

  get name(): string {
    return this.plan.name;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  lastLines(): readonly string[] {
    return this.#lines;
  }

  /** Asks it to stop. */
  stop(): void {
    if (!this.#isGone) this.#child.kill('SIGTERM');
  }

  /** Ends it and everything it started, at once. */
  kill(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
  }

  #ending(): Promise<Ending> {
    return new Promise((resolve) => {
      this.#child.once('error', (error) => {
        if (this.#child.pid !== undefined) return; // a signal that could not be sent
        this.#isGone = true;
        resolve({ exitCode: null, signal: null, error });
      });
      this.#child.once('exit', (exitCode, signal) => {
        this.#isGone = true;
        this.kill(); // what it left behind, which would also hold its output open
        const settle = () => resolve({ exitCode, signal });
        const limit = setTimeout(settle, LAST_OUTPUT_MS);
        this.#child.once('close', () => {
          clearTimeout(limit);
          // readline hands out the last line in the turn after its stream's end.
          setImmediate(settle);
        });
      });
    });
  }
}

/** For people: `exit code 1`, `SIGSEGV`. */
export function describeEnding({ exitCode, signal, error }: Ending): string {
  return error?.message ?? signal ?? `exit code ${exitCode}`;
}
