import { createServer } from 'node:net';
import { UsageError } from './usage-error.ts';

const HIGHEST_PORT = 65_535;

/** Each port of the stack: the variable that sets it and its default. */
export const portSettings = {
  web: { variable: 'WEB_PORT', port: 4200 },
  'rest-api': { variable: 'REST_API_PORT', port: 3000 },
  'chat-gateway': { variable: 'CHAT_GATEWAY_PORT', port: 3001 },
  'tool-service': { variable: 'TOOL_SERVICE_PORT', port: 3002 },
  'async-worker': { variable: 'ASYNC_WORKER_PORT', port: 3003 },
  'bedrock-local': { variable: 'BEDROCK_LOCAL_PORT', port: 4510 },
  aws: { variable: 'AWS_PORT', port: 4566 },
  dynamodb: { variable: 'DYNAMODB_PORT', port: 4567 },
  redis: { variable: 'REDIS_PORT', port: 4568 },
} as const;

export type PortName = keyof typeof portSettings;
export type Ports = Record<PortName, number>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The port of everything; PORT_OFFSET is added to all of them. */
export function readPorts(environment: Environment): Ports {
  const offset = whole(environment, 'PORT_OFFSET', 0);
  const names = Object.keys(portSettings) as PortName[];
  const ports = names.map((name) => {
    const { variable, port: usual } = portSettings[name];
    const port = whole(environment, variable, usual) + offset;
    if (port < 1 || port > HIGHEST_PORT) throw new UsageError(`${variable} with PORT_OFFSET is ${port}; a port is from 1 to ${HIGHEST_PORT}.`);
    return [name, port] as const;
  });
  return Object.fromEntries(ports) as Ports;
}

function whole(environment: Environment, variable: string, usual: number): number {
  const text = environment[variable] ?? '';
  if (text !== '' && !/^\d+$/.test(text)) throw new UsageError(`${variable} must be a whole number.`);
  return text === '' ? usual : Number(text);
}

/** Throws one clear line for each port that is in use or given twice. */
export async function checkPorts(names: readonly PortName[], ports: Ports): Promise<void> {
  const problems: string[] = [];
  const owners = new Map<number, PortName>();
  for (const name of names) {
    const { variable } = portSettings[name];
    const port = ports[name];
    const owner = owners.get(port);
    owners.set(port, name);
    if (owner) {
      problems.push(`${portSettings[owner].variable} and ${variable} are both ${port}.`);
      continue;
    }
    const refusal = await refusalOf(port);
    if (refusal === 'EADDRINUSE') {
      problems.push(`Port ${port} (${name}) is taken. Stop what uses it, choose another with ${variable}, or move all with PORT_OFFSET=100.`);
    } else if (refusal) {
      problems.push(`Port ${port} (${name}) cannot be opened (${refusal}). Choose another with ${variable}.`);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

function refusalOf(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host: '127.0.0.1', port }, () => probe.close(() => resolve(undefined)));
  });
}
