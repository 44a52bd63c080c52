import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

export const services = ['rest-api', 'chat-gateway', 'tool-service', 'async-worker'] as const;
export type ServiceName = (typeof services)[number];

export interface StartOptions {
  isHelp: boolean;
  services: ServiceName[];
  hasWeb: boolean;
  /** The services talk to Amazon Bedrock with the credentials of the environment. */
  isRealBedrock: boolean;
}

export const help = `Usage: npm start -- [options]

Starts the whole of MangaAssist on this machine: the local AWS servers and Redis, the local Bedrock,
the four services and the web shop, with the catalogue seeded. Ctrl-C stops all of it.

  --only <names>   only these, comma-separated, of rest-api, chat-gateway, tool-service, async-worker, web;
                   the local servers start in any case
  --no-web         everything but the web shop
  --real-bedrock   no local Bedrock: the services use Amazon Bedrock with your AWS credentials, at your cost
  --help           this text

Ports (PORT_OFFSET=100 moves all of them):
  WEB_PORT 4200 · REST_API_PORT 3000 · CHAT_GATEWAY_PORT 3001 · TOOL_SERVICE_PORT 3002 · ASYNC_WORKER_PORT 3003
  BEDROCK_LOCAL_PORT 4510 · AWS_PORT 4566 (SQS, SNS, S3) · DYNAMODB_PORT 4567 · REDIS_PORT 4568
Other variables: REDIS_URL (a Redis that runs already) · LOG_LEVEL · LOG_FORMAT=json (log lines as they come) · NO_COLOR
Every other variable reaches the services as it is.

Exit codes: 0 stopped by you, 1 something crashed, 2 a wrong option or a taken port, 130 second Ctrl-C.
`;

export function readOptions(args: string[]): StartOptions {
  const values = parsed(args);
  const only = values.only?.flatMap((names) => names.split(',')).map((name) => name.trim());
  const chosen: readonly string[] = only ?? [...services, 'web'];
  const unknown = chosen.filter((name) => name !== 'web' && !services.some((service) => service === name));
  if (unknown.length > 0) throw new UsageError(`--only knows ${[...services, 'web'].join(', ')}; not ${unknown.join(', ')}.`);
  return {
    isHelp: values.help ?? false,
    services: services.filter((name) => chosen.includes(name)),
    hasWeb: chosen.includes('web') && !values['no-web'],
    isRealBedrock: values['real-bedrock'] ?? false,
  };
}

function parsed(args: string[]) {
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      options: { only: { type: 'string', multiple: true }, 'no-web': flag, 'real-bedrock': flag, help: { ...flag, short: 'h' } },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See npm start -- --help.`);
  }
}
