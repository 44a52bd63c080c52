import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const register = fileURLToPath(new URL('../../workspace/register.mjs', import.meta.url));

interface Run {
  stdout: string;
  stderr: string;
  code: number | null;
}

/** Runs the command; `onReady` is called with the address once it says that it is ready. */
function run(flags: string[], environment: Record<string, string> = {}, onReady?: (url: string, stop: () => void) => void): Promise<Run> {
  const child = spawn(process.execPath, ['--conditions=source', '--import', register, main, ...flags], { env: { PATH: process.env['PATH'] ?? '', ...environment } });
  const seen: Run = { stdout: '', stderr: '', code: null };
  child.stderr.on('data', (chunk: Buffer) => (seen.stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    seen.stdout += chunk.toString();
    const url = /ready on (http:\S+)/.exec(seen.stdout)?.[1];
    if (url) onReady?.(url, () => child.kill('SIGTERM'));
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...seen, code })));
}

describe('the bedrock-local command', () => {
  it('explains itself', async () => {
    const { stdout, code } = await run(['--help']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/--port[\s\S]*--corpus[\s\S]*--ttft-ms[\s\S]*--backend[\s\S]*AWS_ENDPOINT_URL_BEDROCK_RUNTIME/);
  });

  it('takes its settings from flags before the environment, and stops on SIGTERM', async () => {
    let pacing: unknown;
    const { code } = await run(['--port', '0', '--ttft-ms', '5'], { BEDROCK_LOCAL_PORT: '1', BEDROCK_LOCAL_TTFT_MS: '77', BEDROCK_LOCAL_TOKENS_PER_SECOND: '321' }, (url, stop) => {
      void fetch(`${url}/_admin/pacing`).then(async (response) => {
        pacing = await response.json();
        stop();
      });
    });

    expect(pacing).toEqual({ ttft_ms: 5, tokens_per_second: 321, latency_ms: 0, benchmark_tokens: 0 });
    expect(code).toBe(0);
  });

  it('says which port is taken and how to choose another', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;

    const { stderr, code } = await run(['--port', String(port)]);

    expect(stderr).toBe(`bedrock-local: port ${port} is taken; choose another with --port or BEDROCK_LOCAL_PORT\n`);
    expect(code).toBe(2);
    other.close();
  });

  it.each([[['--backend', 'openai-compatible']], [['--port', 'many']], [['--unknown']]])('refuses %j in one line', async (flags) => {
    const { stderr, code } = await run(flags);

    expect(stderr).toMatch(/^error: .+\n$/);
    expect(code).toBeGreaterThan(0);
  });
});
