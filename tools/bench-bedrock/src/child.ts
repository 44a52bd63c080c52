import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const AWS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** A process of the benchmark that answers one message with one message. */
export class Child<Started> {
  readonly started: Started;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, started: Started) {
    this.#child = child;
    this.started = started;
  }

  /** Runs a TypeScript file of this package and waits for its first message. */
  static async start<Started>(file: string, environment: Readonly<Record<string, string>> = {}, nodeOptions: readonly string[] = []): Promise<Child<Started>> {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const child = spawn(process.execPath, [...nodeOptions, '--conditions=source', '--import', './tools/workspace/register.mjs', path], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production', ...AWS, ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    return new Child(child, await nextMessage<Started>(child, file));
  }

  async ask<Answer>(message: object): Promise<Answer> {
    const answer = nextMessage<Answer>(this.#child, 'the measured process');
    this.#child.send(message);
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(late);
  }
}

function nextMessage<T>(child: ChildProcess, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${name} ended with ${String(code)}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}
