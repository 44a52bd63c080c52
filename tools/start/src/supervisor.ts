import { describeEnding, ManagedProcess, type Ending } from './managed-process.ts';
import type { ProcessPlan } from './process-plan.ts';
import type { Screen } from './screen.ts';
import { waitUntilUp } from './wait-until-up.ts';

export interface SupervisorTimes {
  /** How long a process may take to come up, in milliseconds. */
  upWithinMs: number;
  /** After how long it is said that a process is not up yet, in milliseconds. */
  slowAfterMs: number;
  /** After how long those that others need are told to stop although the others still run, in milliseconds. */
  stopAllAfterMs: number;
  /** After how long whatever still runs is killed, in milliseconds. */
  killAfterMs: number;
}

const USUAL_TIMES: SupervisorTimes = { upWithinMs: 90_000, slowAfterMs: 10_000, stopAllAfterMs: 3_500, killAfterMs: 4_000 };

/** A process ended although nobody asked it to, or never came up. */
export class CrashError extends Error {
  readonly process: string;
  readonly lines: readonly string[];

  constructor(process: string, what: string, lines: readonly string[]) {
    super(`${process} ${what}`);
    this.process = process;
    this.lines = lines;
  }
}

/**
 * Starts processes in the order they need each other, notices when one ends by itself, and stops all
 * of them in reverse order. It restarts nothing: a crash is for a person to see.
 */
export class Supervisor {
  readonly #plans: readonly ProcessPlan[];
  readonly #screen: Screen;
  readonly #times: SupervisorTimes;
  readonly #processes: ManagedProcess[] = [];
  readonly #stopping = new AbortController();
  readonly #crash = Promise.withResolvers<never>();
  #stopped: Promise<void> | undefined;

  constructor(plans: readonly ProcessPlan[], screen: Screen, times: Partial<SupervisorTimes> = {}) {
    this.#plans = plans;
    this.#screen = screen;
    this.#times = { ...USUAL_TIMES, ...times };
    this.#crash.promise.catch(() => undefined);
  }

  /** Settles when all is up, or has been told to stop meanwhile; rejects with a CrashError. */
  async start(): Promise<void> {
    const up = new Map<string, Promise<void>>();
    const whenUp = async (plan: ProcessPlan): Promise<void> => {
      await Promise.all(plan.after.map((name) => up.get(name)));
      if (this.#stopping.signal.aborted) return;
      // What needs it must not be started after a crash, nor be thought of as up.
      if (!(await this.#bringUp(plan))) await this.#crash.promise;
    };
    // In an order in which everything comes after what it needs.
    for (const plan of this.#plans) up.set(plan.name, whenUp(plan));
    await Promise.race([Promise.all(up.values()), this.#crash.promise]);
  }

  /** Rejects with a CrashError when a process ends that nobody told to. */
  get crash(): Promise<never> {
    return this.#crash.promise;
  }

  /** Tells every process to stop, those first that no other needs; settles when none is left. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  /** Ends every process and all they started, at once. */
  kill(): void {
    this.#stopping.abort();
    for (const child of this.#processes) if (!child.isGone) child.kill();
  }

  async #bringUp(plan: ProcessPlan): Promise<boolean> {
    const startedAt = performance.now();
    const child = new ManagedProcess(plan, (line) => this.#screen.line(plan.name, line));
    this.#processes.push(child);
    void child.ended.then((ending) => this.#notice(child, ending));

    const late = AbortSignal.timeout(this.#times.upWithinMs);
    let refusal = '';
    const onRefusal = (answer: string) => {
      refusal = `; it answers ${answer}`;
    };
    const slow = setTimeout(() => this.#screen.say(plan.name, `is not up yet${refusal}`), this.#times.slowAfterMs);
    const isUp = await this.#isUp(child, AbortSignal.any([this.#stopping.signal, late]), onRefusal);
    clearTimeout(slow);
    if (isUp) this.#screen.say(plan.name, `is ${plan.upWhen === 'done' ? 'done' : 'up'} after ${seconds(performance.now() - startedAt)}`);
    else if (!this.#stopping.signal.aborted && late.aborted) {
      this.#crash.reject(new CrashError(plan.name, `did not come up within ${seconds(this.#times.upWithinMs)}${refusal}.`, child.lastLines()));
    }
    return isUp;
  }

  async #isUp(child: ManagedProcess, signal: AbortSignal, onRefusal: (answer: string) => void): Promise<boolean> {
    if (child.plan.upWhen !== 'done') return waitUntilUp(child.plan.upWhen.url, signal, onRefusal);
    const givenUp = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
    return (await Promise.race([child.ended, givenUp]))?.exitCode === 0;
  }

  #notice(child: ManagedProcess, ending: Ending): void {
    if (this.#stopping.signal.aborted || (child.plan.upWhen === 'done' && ending.exitCode === 0)) return;
    this.#crash.reject(new CrashError(child.name, `ended by itself (${describeEnding(ending)}).`, child.lastLines()));
  }

  async #stopAll(): Promise<void> {
    this.#stopping.abort();
    const isTimeForAll = after(this.#times.stopAllAfterMs);
    const killing = setTimeout(() => {
      for (const child of this.#processes.filter(({ isGone }) => !isGone)) {
        this.#screen.say(child.name, `did not stop within ${seconds(this.#times.killAfterMs)} and is killed`);
        child.kill();
      }
    }, this.#times.killAfterMs);
    await Promise.all(
      this.#processes.map(async (child) => {
        const dependants = this.#processes.filter(({ plan }) => plan.after.includes(child.name));
        await Promise.race([Promise.all(dependants.map(({ ended }) => ended)), isTimeForAll.reached]);
        child.stop();
        await child.ended;
      }),
    );
    clearTimeout(killing);
    isTimeForAll.cancel();
  }
}

function after(timeMs: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeMs);
  return { reached: promise, cancel: () => clearTimeout(timer) };
}

export function seconds(timeMs: number): string {
  return `${(timeMs / 1000).toFixed(1)} s`;
}
