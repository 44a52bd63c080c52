import { noFaults, type Faults } from './aws/faults.ts';
import { startAws } from './aws/start-aws.ts';
import { createResources } from './create-resources.ts';
import { startDynamodb } from './dynamodb/start-dynamodb.ts';
import { startRedis } from './redis/start-redis.ts';
import { readResources, type Resources } from './resources.ts';
import type { RunningServer } from './running-server.ts';

export interface LocalStackOptions {
  /** 0, the default of each, means any free port. */
  ports?: { aws?: number; dynamodb?: number; redis?: number };
  /** A Redis that runs already; no local one is started then. */
  redisUrl?: string | undefined;
  /** What to create; the platform's resources unless told otherwise. */
  resources?: Resources;
  /** How often expired items are looked for, in milliseconds. */
  ttlSweepMs?: number;
  /** What SQS is to do wrong from the start. */
  faults?: Partial<Faults>;
}

export interface LocalStack {
  /** SQS, SNS and S3. */
  awsUrl: string;
  dynamodbUrl: string;
  redisUrl: string;
  /** What SQS does wrong; may be changed at any time, here or with `PUT /local-stack/faults` on `awsUrl`. */
  faults: Faults;
  /** What a service needs in its environment to find the stack. */
  env: Record<string, string>;
  /** Ends everything, open connections too, in under a second. */
  close(): Promise<void>;
}

/** A port of the stack is in use: `server` says whose. */
export class PortTakenError extends Error {
  constructor(
    readonly server: 'aws' | 'dynamodb' | 'redis',
    readonly port: number,
    cause: unknown,
  ) {
    super(`port ${port} is taken`, { cause });
    this.name = 'PortTakenError';
  }
}

/** Starts the local SQS, SNS, S3, DynamoDB and Redis in this process, with every resource created. Nothing outlives the process. */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const ports = { aws: 0, dynamodb: 0, redis: 0, ...options.ports };
  const faults = { ...noFaults(), ...options.faults };
  let isReady = false;
  const starts = {
    aws: () => startAws({ port: ports.aws, isReady: () => isReady, faults }),
    dynamodb: () => startDynamodb({ port: ports.dynamodb, ttlSweepMs: options.ttlSweepMs ?? 5_000 }),
    redis: async () => (options.redisUrl ? elsewhere(options.redisUrl) : startRedis({ port: ports.redis })),
  };
  const started: RunningServer[] = [];
  const close = async () => void (await Promise.all(started.map((server) => server.close())));
  const start = async (name: keyof typeof starts) => {
    const server = await starts[name]().catch((error: unknown) => {
      throw (error as { code?: unknown }).code === 'EADDRINUSE' ? new PortTakenError(name, ports[name], error) : error;
    });
    started.push(server);
    return server.url;
  };

  try {
    const [awsUrl, dynamodbUrl, redisUrl] = await allOrNone([start('aws'), start('dynamodb'), start('redis')]);
    await createResources(options.resources ?? readResources(), { awsUrl, dynamodbUrl });
    isReady = true;
    return { awsUrl, dynamodbUrl, redisUrl, faults, env: environmentFor(awsUrl, dynamodbUrl, redisUrl), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Like Promise.all, but a failure is told only after every start has ended, so that all that did start can be closed. */
async function allOrNone<T extends readonly Promise<string>[]>(starts: readonly [...T]): Promise<{ [K in keyof T]: string }> {
  await Promise.allSettled(starts);
  return Promise.all(starts) as Promise<{ [K in keyof T]: string }>;
}

function elsewhere(url: string): RunningServer {
  return { url, port: Number(new URL(url).port), close: async () => undefined };
}

function environmentFor(awsUrl: string, dynamodbUrl: string, redisUrl: string): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl,
    REDIS_URL: redisUrl,
  };
}
