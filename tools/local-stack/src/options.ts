import { parseArgs } from 'node:util';
import type { Faults } from './aws/faults.ts';

export interface CommandLineOptions {
  isHelp: boolean;
  ports: { aws: number; dynamodb: number; redis: number };
  redisUrl: string | undefined;
  faults: Pick<Faults, 'duplicateDeliveries' | 'failedBatchEntries'>;
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
  --duplicate-deliveries <share>   messages of standard queues handed out a second time, from 0 to 1   (0)
  --failed-batch-entries <share>   entries of SendMessageBatch refused for the moment, from 0 to 1     (0)
  --help                   this text

A flag wins over its variable; 0 takes any free port. With REDIS_URL set no Redis is started.
GET /livez and /readyz on the AWS port say how it is; PUT /local-stack/faults with
{"duplicateDeliveries":0.2,"failedBatchEntries":0.3} changes the faults while it runs (also
"answerDelayMs" of every answer of SQS), DELETE ends them. Stop it with Ctrl-C or SIGTERM.
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
  const share = (flag: 'duplicate-deliveries' | 'failed-batch-entries') => {
    const number = Number(values[flag] ?? 0);
    if (!(number >= 0 && number <= 1)) throw new UsageError(`--${flag} must be a share from 0 to 1.`);
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
    faults: { duplicateDeliveries: share('duplicate-deliveries'), failedBatchEntries: share('failed-batch-entries') },
  };
}

function parsed(args: string[]) {
  const string = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      options: {
        'aws-port': string,
        'dynamodb-port': string,
        'redis-port': string,
        'duplicate-deliveries': string,
        'failed-batch-entries': string,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See --help.`);
  }
}
