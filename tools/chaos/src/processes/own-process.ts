import { spawn, type ChildProcess } from 'node:child_process';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const UP_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 40_000;
const OUTPUT_KEPT = 4_000;

export interface ProcessPlan {
  name: string;
  /** TypeScript, from the root of the repository. */
  file: string;
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Answers 200 when it is up. */
  upUrl: string;
  /** More modules to load before the file. */
  preloads?: readonly string[];
  /** Is given every whole line of its output. */
  onLine?: (line: string) => void;
}

export interface Ending {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** From when it was asked to stop. */
  tookMs: number;
}

const running = new Set<OwnProcess>();

/** Kills every process that was started here, frozen ones too. */
export function killAll(): void {
  for (const child of running) child.kill();
}

/** A process that this one has started, and the only kind it ever sends a signal to. */
export class OwnProcess {
  readonly name: string;
  readonly ended: Promise<Ending>;
  readonly #plan: ProcessPlan;
  readonly #child: ChildProcess;
  #output = '';
  #toldToStopAt = NaN;

  constructor(plan: ProcessPlan) {
    this.name = plan.name;
    this.#plan = plan;
    const preloads = ['./tools/start/exit-with-parent.mjs', './tools/chaos/src/processes/typescript-once.mjs', ...(plan.preloads ?? [])];
    this.#child = spawn(process.execPath, ['--conditions=source', ...preloads.flatMap((preload) => ['--import', preload]), plan.file, ...(plan.args ?? [])], {
      cwd: root,
      env: plan.env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-OUTPUT_KEPT)));
    const { onLine } = plan;
    if (onLine && this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', onLine);
    running.add(this);
    this.ended = new Promise((resolve) =>
      this.#child.once('exit', (exitCode, signal) => {
        running.delete(this);
        resolve({ exitCode, signal, tookMs: performance.now() - this.#toldToStopAt });
      }),
    );
  }

  /** As the rows of jobs name it. */
  get workerId(): string {
    return `${hostname()}:${this.#child.pid}`;
  }

  get isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until it answers; throws with its last output when it does not. */
  async up(): Promise<this> {
    const givesUpAt = performance.now() + UP_WITHIN_MS;
    while (!this.isGone && performance.now() < givesUpAt) {
      if (await answers(this.#plan.upUrl)) return this;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.kill();
    throw new Error(`${this.name} did not come up:\n${this.#output}`);
  }

  kill(): void {
    if (!this.isGone) this.#child.kill('SIGKILL');
  }

  /** What the preloads of its plan listen to. */
  tell(message: object): void {
    if (!this.isGone) this.#child.send(message);
  }

  thaw(): void {
    if (!this.isGone) this.#child.kill('SIGCONT');
  }

  /** Asks it to stop, and kills it when it does not. */
  async stop(): Promise<Ending> {
    this.thaw();
    this.#toldToStopAt = performance.now();
    if (!this.isGone) this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.kill(), STOP_WITHIN_MS);
    const ending = await this.ended;
    clearTimeout(late);
    return ending;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
