import { BenchProcess } from './processes.ts';

/** The local servers as a process of their own, on free ports. */
export interface BenchStack {
  /** What a client needs in its environment. */
  env: Readonly<Record<string, string>>;
  /** Every answer of SQS takes so long besides. */
  delayAnswers(byMs: number): Promise<void>;
  stop(): Promise<void>;
}

const ANY_PORTS = { AWS_PORT: '0', DYNAMODB_PORT: '0', REDIS_PORT: '0', REDIS_URL: '' };

export async function startStack(): Promise<BenchStack> {
  const { process, readyLine } = await BenchProcess.start('tools/local-stack/src/main.ts', [], ANY_PORTS, (line) => line.startsWith('local-stack is ready'));
  const [aws = '', dynamodb = '', redis = ''] = readyLine.match(/\w+:\/\/[\d.:]+/g) ?? [];
  return {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: aws,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      REDIS_URL: redis,
    },
    delayAnswers: async (byMs) => {
      await fetch(`${aws}/local-stack/faults`, { method: 'PUT', body: JSON.stringify({ answerDelayMs: byMs }) });
    },
    stop: () => process.stop(),
  };
}
