import { spawn } from 'node:child_process';
import { UnavailableError } from './unavailable-error.ts';

/**
 * Runs a program to its end and gives what it printed, on both outputs.
 * Throws `UnavailableError` when it is not installed, takes too long or fails.
 */
export function runProgram(program: string, args: readonly string[], { timeoutMs }: { timeoutMs: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.on('error', () => reject(new UnavailableError(`${program} is not installed`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed);
      else reject(new UnavailableError(`${program} ${signal === null ? `failed (${code})` : `took longer than ${timeoutMs / 1000} s`}:\n${lastLines(printed)}`));
    });
  });
}

export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}
