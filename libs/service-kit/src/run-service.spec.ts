import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';

const register = fileURLToPath(new URL('../../../tools/workspace/register.mjs', import.meta.url));
const main = fileURLToPath(new URL('./testing/example-process.ts', import.meta.url));

class ExampleProcess {
  output = '';
  errors = '';
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown[]>;

  constructor(environment: Record<string, string>) {
    this.child = spawn(process.execPath, ['--conditions=source', '--import', register, main], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (text) => (this.output += String(text)));
    this.child.stderr?.on('data', (text) => (this.errors += String(text)));
    this.#exit = once(this.child, 'close');
  }

  /** Undefined when a signal ended it. */
  async exitCode(): Promise<number | null> {
    const [code] = await this.#exit;
    return code as number | null;
  }

  async url(): Promise<string> {
    return until(
      'the process to listen',
      () => {
        if (this.child.exitCode !== null) throw new Error(`it ended with ${this.child.exitCode}: ${this.errors}`);
        return /"url":"([^"]+)"/.exec(this.output)?.[1];
      },
      20_000,
    );
  }
}

describe('a service process', () => {
  const started: ExampleProcess[] = [];
  const start = (environment: Record<string, string> = {}): ExampleProcess => {
    const process = new ExampleProcess(environment);
    started.push(process);
    return process;
  };
  afterEach(() => started.splice(0).forEach(({ child }) => child.kill('SIGKILL')));

  it.each(['SIGTERM', 'SIGINT'] as const)('finishes its work on %s and exits with 0', async (signal) => {
    const service = start();
    const url = await service.url();
    expect((await fetch(`${url}/livez`)).status).toBe(200);

    service.child.kill(signal);

    expect(await service.exitCode()).toBe(0);
    expect(service.output).toContain('"message":"stopped"');
    expect(service.errors).toBe('');
  }, 30_000);

  it('exits at once on a second signal', async () => {
    const service = start({ DRAIN_TIMEOUT_MS: '120000' });
    const url = await service.url();
    const running = fetch(`${url}/v1/wait`).catch(() => 'cut');
    await until('the request to run', async () => (await fetch(`${url}/readyz`)).ok);

    service.child.kill('SIGTERM');
    await until('the drain', () => service.output.includes('"stopping"'));
    service.child.kill('SIGTERM');

    expect(await service.exitCode()).toBe(1);
    expect(await running).toBe('cut');
  }, 30_000);

  it('drains and exits with 1 when a promise fails that nobody waits for', async () => {
    const service = start();
    await service.url();

    service.child.kill('SIGUSR2');

    expect(await service.exitCode()).toBe(1);
    expect(service.output).toContain('unexpected failure');
    expect(service.output).toContain('"message":"stopped"');
    expect(service.output).not.toContain('nobody waits for this');
  }, 30_000);

  it('names every bad variable and exits with 2', async () => {
    const service = start({ PORT: 'CANARY', LOG_LEVEL: 'loud' });

    expect(await service.exitCode()).toBe(2);
    expect(service.errors).toContain('PORT');
    expect(service.errors).toContain('LOG_LEVEL');
    expect(service.errors).not.toContain('CANARY');
  }, 30_000);

  it('names the port that is taken, and the variable that changes it, in one line, and exits with 2', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const service = start({ PORT: String(port), LOG_LEVEL: 'error' });

    expect(await service.exitCode()).toBe(2);
    expect(service.errors).toBe(`example: port ${port} is taken; set PORT to another one.\n`);
    expect(service.output).toBe('');
    other.close();
  }, 30_000);
});
