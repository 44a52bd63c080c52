import { parseArgs } from 'node:util';

export interface CommandLineOptions {
  isHelp: boolean;
  ports: { aws: number; dynamodb: number; redis: number };
  redisUrl: string | undefined;
}

/** A wrong flag or variable; the message is for the person at the terminal. */
export class UsageError extends Error {}

/** The variable that moves each port. */
export const portVariables = { aws: 'AWS_PORT', dynamodb: 'DYNAMODB_PORT', redis: 'REDIS_PORT' } as const;

export const help = `Usage: local-stack [options]

SQS, SNS and S3 (fauxqs), DynamoDB (dynalite) and Redis (js-redis-server) in one process, on 127.0.0.1
and in memory, with every resource of tools/infra/resources.json created.

  --aws-port <port>        SQS, SNS and S3; also AWS_PORT             (4566)
  --dynamodb-port <port>   DynamoDB; also DYNAMODB_PORT               (4567)
  --redis-port <port>      Redis; also REDIS_PORT                     (4568)
  --help                   this text

A flag wins over its variable; 0 takes any free port. With REDIS_URL set no Redis is started.
GET /livez and /readyz on the AWS port say how it is. Stop it with Ctrl-C or SIGTERM.
`;

export function readOptions(args: string[], environment: Readonly<Record<string, string | undefined>>): CommandLineOptions {
  const values = parsed(args);
  const port = (flag: 'aws-port' | 'dynamodb-port' | 'redis-port', variable: string, fallback: number) => {
    const text = values[flag] ?? environment[variable];
    if (text === undefined || text === '') return fallback;
    const number = Number(text);
    if (!/^\d+$/.test(text) || number > 65_535) {
      throw new UsageError(`${values[flag] === undefined ? variable : `--${flag}`} must be a port from 0 to 65535.`);
    }
    return number;
  };
  return {
    isHelp: values.help ?? false,
    ports: {
      aws: port('aws-port', portVariables.aws, 4566),
      dynamodb: port('dynamodb-port', portVariables.dynamodb, 4567),
      redis: port('redis-port', portVariables.redis, 4568),
    },
    redisUrl: environment['REDIS_URL'] || undefined,
  };
}

function parsed(args: string[]) {
  const string = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      options: { 'aws-port': string, 'dynamodb-port': string, 'redis-port': string, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See --help.`);
  }
}
