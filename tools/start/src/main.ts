import { fileURLToPath } from 'node:url';
import { help, readOptions, type StartOptions } from './options.ts';
import { planStack } from './plan-stack.ts';
import { checkPorts, readPorts, type Ports } from './ports.ts';
import { runStack } from './run-stack.ts';
import { UsageError } from './usage-error.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(help);
    return 0;
  }
  const ports = readPorts(process.env);
  const plan = planStack(root, options, ports, process.env);
  await checkPorts(plan.ports, ports);
  return runStack(plan.processes, {
    urls: urls(options, ports),
    hasColour: process.stdout.isTTY && !process.env['NO_COLOR'],
    isRaw: process.env['LOG_FORMAT'] === 'json',
  });
}

function urls({ services, hasWeb }: StartOptions, ports: Ports): string {
  const lines = [
    hasWeb && `web http://127.0.0.1:${ports.web}`,
    services.includes('rest-api') && `REST http://127.0.0.1:${ports['rest-api']}/v1`,
    services.includes('chat-gateway') && `chat ws://127.0.0.1:${ports['chat-gateway']}/v1/chat`,
    services.includes('tool-service') && `tools http://127.0.0.1:${ports['tool-service']}/v1/tools`,
    services.includes('async-worker') && `worker http://127.0.0.1:${ports['async-worker']}`,
  ];
  return lines.filter((line) => line !== false).join(' · ');
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
process.exit();
