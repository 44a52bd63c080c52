import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 15_000;

/** A process of the benchmark; all of them end with it. */
export class BenchProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Runs a TypeScript file of the repository and waits for a line of its output. */
  static async start(file: string, args: readonly string[], environment: Readonly<Record<string, string>>, isReady: (line: string) => boolean): Promise<{ process: BenchProcess; readyLine: string }> {
    const child = spawn(process.execPath, ['--conditions=source', '--import', './tools/start/exit-with-parent.mjs', '--import', './tools/workspace/register.mjs', file, ...args], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const started = new BenchProcess(child);
    const readyLine = await started.#firstLine(file, isReady).catch(async (error: unknown) => {
      await started.stop();
      throw error;
    });
    return { process: started, readyLine };
  }

  #firstLine(file: string, isReady: (line: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${file} ${why}:\n${this.#lines.join('\n')}`));
      const timer = setTimeout(() => fail(`was not ready after ${STARTS_WITHIN_MS} ms`), STARTS_WITHIN_MS);
      this.#child.once('exit', (code) => fail(`ended with ${String(code)}`));
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (!stream) continue;
        createInterface(stream).on('line', (line) => {
          this.#lines.push(line);
          if (this.#lines.length > 50) this.#lines.shift();
          if (!isReady(line)) return;
          clearTimeout(timer);
          resolve(line);
        });
      }
    });
  }

  /** Asks a process that answers one message with one. */
  ask<Answer>(question: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error(`a process ended:\n${this.#lines.join('\n')}`));
      this.#child.once('exit', onExit);
      this.#child.once('message', (answer) => {
        this.#child.off('exit', onExit);
        resolve(answer as Answer);
      });
      this.#child.send(question);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOPS_WITHIN_MS);
    await exited;
    clearTimeout(late);
  }
}
