import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { prepareJars } from './prepare-jars.ts';
import { lastLines } from './run-program.ts';

export interface OpenSearchNodeOptions {
  /** 0 takes any free port. */
  port: number;
  /** Where the jars are kept between starts. */
  folder: string;
  memoryMb: number;
  /** For fetching the jars, which happens once. */
  fetchTimeoutMs: number;
}

export interface RunningNode {
  url: string;
  /** Resolves when the node is gone, however that came about. */
  ended: Promise<void>;
  /** Stops the node and removes its data. */
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 15_000;

/** Starts a real OpenSearch node on loopback, with nothing in it. Errors: `UnavailableError`; EADDRINUSE; an Error with the node's last words. */
export async function startOpenSearchNode({ port: wished, folder, memoryMb, fetchTimeoutMs }: OpenSearchNodeOptions): Promise<RunningNode> {
  const port = await freePort(wished);
  const { classPath } = await prepareJars({ folder, timeoutMs: fetchTimeoutMs });
  const data = await mkdtemp(join(tmpdir(), 'opensearch-node-'));
  const java = spawn('java', [`-Xms${memoryMb}m`, `-Xmx${memoryMb}m`, '-cp', classPath, 'mangaassist.Node', String(port), data], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a group of its own, so that a Ctrl-C at the terminal reaches it as our orderly stop.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => java.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    const killer = setTimeout(() => java.kill('SIGKILL'), STOP_TIMEOUT_MS);
    java.stdin.end();
    await ended;
    clearTimeout(killer);
    await rm(data, { recursive: true, force: true });
  };
  try {
    await untilReady(java);
  } catch (error) {
    java.kill('SIGKILL');
    await close();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, ended, close };
}

function untilReady(java: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (why: string): void => reject(new Error(`OpenSearch ${why}:\n${lastLines(printed)}`));
    const timer = setTimeout(() => fail(`was not ready after ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
    const listen = (chunk: Buffer): void => {
      // Only its last words matter, and it may run for days.
      printed = (printed + chunk.toString()).slice(-8_000);
      if (!/^READY$/m.test(printed)) return;
      clearTimeout(timer);
      resolve();
    };
    java.stdout?.on('data', listen);
    java.stderr?.on('data', listen);
    java.stdin?.on('error', () => {});
    java.once('error', (error) => fail(`did not start (${error.message})`));
    java.once('close', (code) => {
      clearTimeout(timer);
      fail(`ended (${code})`);
    });
  });
}
