import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const GIVE_UP_AFTER_MS = 30_000;
/** Writing a CPU profile takes a while. */
const STOP_AFTER_MS = 15_000;

/** A process of the stack whose CPU time can be asked for. */
export class MeasuredProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-8_000)));
  }

  /** Starts a TypeScript file and waits until `readyUrl` answers 200. Leaves a CPU profile in the folder, when one is given. */
  static async start(name: string, file: string, args: readonly string[], environment: Record<string, string>, readyUrl: string, profileFolder?: string): Promise<MeasuredProcess> {
    const preloads = ['--import', './tools/workspace/register.mjs', '--import', './tools/bench/src/report-cpu.mjs'];
    const profile = profileFolder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileFolder, '--cpu-prof-name', `${name}.cpuprofile`];
    const child = spawn(process.execPath, ['--conditions=source', ...profile, ...preloads, file, ...args], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const measured = new MeasuredProcess(name, child);
    await measured.#ready(readyUrl);
    return measured;
  }

  /** Runs a TypeScript file to its end; fails when it does. */
  static async runToEnd(file: string, environment: Record<string, string>): Promise<void> {
    const child = spawn(process.execPath, ['--conditions=source', '--import', './tools/workspace/register.mjs', file], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const exitCode = await new Promise((resolve) => child.once('exit', resolve));
    if (exitCode !== 0) throw new Error(`${file} ended with ${String(exitCode)}`);
  }

  async #ready(url: string): Promise<void> {
    const givesUpAt = performance.now() + GIVE_UP_AFTER_MS;
    while (performance.now() < givesUpAt) {
      if (this.#child.exitCode !== null) break;
      const isUp = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(({ status }) => status === 200, () => false);
      if (isUp) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error(`${this.name} did not start:\n${this.#output}`);
  }

  /** CPU time used so far, user and system, in microseconds. */
  cpuUs(): Promise<number> {
    return new Promise((resolve) => {
      this.#child.once('message', (message) => resolve((message as { cpuUs: number }).cpuUs));
      this.#child.send('cpu');
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_AFTER_MS);
    await exited;
    clearTimeout(late);
  }
}
