import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const DEFAULT_PORTS = [3000, 3001, 3002, 3003, 4200, 4510, 4566, 4567, 4568];

export interface Stack {
  restUrl: string;
  chatUrl: string;
  toolUrl: string;
  workerUrl: string;
  webUrl: string;
  bedrockUrl: string;
  /** Everything it printed so far. */
  output(): string;
  /** Presses Ctrl-C; gives the exit code and how long stopping took. */
  stop(): Promise<{ exitCode: number | null; tookMs: number }>;
}

/** Runs what `npm start` runs, on ports of its own, and waits for its ready line. */
export async function startStack(environment: Record<string, string> = {}): Promise<Stack> {
  const offset = await freeOffset();
  const child = spawn(process.execPath, ['tools/start/main.mjs'], {
    cwd: root,
    env: { ...withoutNodeOptions(), PORT_OFFSET: String(offset), NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await readyLine(child, () => output);
  const url = (port: number): string => `http://127.0.0.1:${port + offset}`;
  return {
    restUrl: url(3000),
    chatUrl: `ws://127.0.0.1:${3001 + offset}/v1/chat`,
    toolUrl: url(3002),
    workerUrl: url(3003),
    webUrl: url(4200),
    bedrockUrl: url(4510),
    output: () => output,
    stop: () => stop(child),
  };
}

/** Runs a command of the repository to its end. */
export async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--conditions=source', '--import', './tools/workspace/register.mjs', ...args], {
    cwd: root,
    env: { ...withoutNodeOptions(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, stdout, stderr };
}

// Jest's own flags must not reach the services.
function withoutNodeOptions(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['NODE_OPTIONS'];
  return environment;
}

function readyLine(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not ready after 90 s:\n${output()}`));
    }, 90_000);
    const look = setInterval(() => {
      if (!/^MangaAssist is ready/m.test(output())) return;
      clearTimeout(give);
      clearInterval(look);
      resolve();
    }, 25);
    child.once('exit', (code) => {
      clearTimeout(give);
      clearInterval(look);
      reject(new Error(`stopped with ${code} before it was ready:\n${output()}`));
    });
  });
}

function stop(child: ChildProcess): Promise<{ exitCode: number | null; tookMs: number }> {
  const startedAt = performance.now();
  if (child.exitCode !== null) return Promise.resolve({ exitCode: child.exitCode, tookMs: 0 });
  return new Promise((resolve) => {
    child.once('exit', (exitCode) => resolve({ exitCode, tookMs: performance.now() - startedAt }));
    child.kill('SIGINT');
  });
}

/** An offset at which every default port is free, so that a running stack is left alone. */
async function freeOffset(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const offset = 1_000 + Math.floor(Math.random() * 500) * 100;
    const free = await Promise.all(DEFAULT_PORTS.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error('found no free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
