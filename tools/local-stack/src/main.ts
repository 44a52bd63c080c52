import { help, portVariables, readOptions, UsageError } from './options.ts';
import { PortTakenError, startLocalStack } from './start-local-stack.ts';

/** The command line was wrong, or a port is taken: the person has to change something. */
const USAGE = 2;

function explain(error: unknown): never {
  if (error instanceof UsageError) {
    console.error(error.message);
    process.exit(USAGE);
  }
  if (error instanceof PortTakenError) {
    console.error(`Port ${error.port} is taken. Stop what uses it, or choose another with ${portVariables[error.server]}.`);
    process.exit(USAGE);
  }
  console.error(error);
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.isHelp) {
    process.stdout.write(help);
    return;
  }
  const stack = await startLocalStack(options);
  const stop = () => {
    void stack.close().then(() => process.exit(0), explain);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const startedMs = Math.round(performance.now());
  console.log(`local-stack is ready: SQS, SNS, S3 ${stack.awsUrl} · DynamoDB ${stack.dynamodbUrl} · Redis ${withoutPassword(stack.redisUrl)} (${startedMs} ms)`);
}

function withoutPassword(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

await main().catch(explain);
