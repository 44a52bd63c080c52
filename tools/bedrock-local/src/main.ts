import { Command, InvalidArgumentError, Option } from 'commander';
import { startBedrockLocal, type BedrockLocalOptions } from './bedrock-local.ts';
import type { BackendChoice } from './backends/open-backend.ts';
import { MODEL_MODES, type ModelMode } from './settings.ts';

interface Flags {
  port: number;
  host: string;
  corpus?: string;
  ttftMs: number;
  tokensPerSecond: number;
  latencyMs: number;
  benchmarkTokens: number;
  eol?: string[];
  profileModel?: string;
  backend: 'scripted' | BackendChoice['kind'];
  upstream?: string;
  upstreamModel?: string;
  upstreamKeyEnv?: string;
  record?: string;
  replay?: string;
  tokensPerMinute: number;
  requestsPerMinute: number;
  mode: ModelMode;
  guardrailPolicy?: string;
  s3Endpoint?: string;
  batchStepMs: number;
  batchRecordsPerSecond: number;
  batchMinimumRecords: number;
}

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be a number of at least 0.');
  return value;
};
const port = (text: string): number => {
  const value = number(text);
  if (!Number.isInteger(value) || value > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return value;
};
const list = (text: string): string[] => text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');

const command = new Command('bedrock-local')
  .description('A local Amazon Bedrock runtime: unmodified AWS SDK clients work against it with nothing but an endpoint.')
  .addOption(new Option('--port <number>', 'port for HTTP/1.1 and HTTP/2; 0 takes a free one').env('BEDROCK_LOCAL_PORT').default(4510).argParser(port))
  .addOption(new Option('--host <address>', 'address to listen on').env('BEDROCK_LOCAL_HOST').default('127.0.0.1'))
  .addOption(new Option('--corpus <file.ndjson>', 'bilingual documents the embeddings learn from').env('BEDROCK_LOCAL_CORPUS'))
  .addOption(new Option('--ttft-ms <ms>', 'time to the first token').env('BEDROCK_LOCAL_TTFT_MS').default(120).argParser(number))
  .addOption(new Option('--tokens-per-second <number>', 'pace of streams; 0 is as fast as possible').env('BEDROCK_LOCAL_TOKENS_PER_SECOND').default(90).argParser(number))
  .addOption(new Option('--latency-ms <ms>', 'every answer takes this long, however long it is; 0 leaves it to the pace').env('BEDROCK_LOCAL_LATENCY_MS').default(0).argParser(number))
  .addOption(new Option('--benchmark-tokens <number>', 'answer everything with a canned text of this many tokens').env('BEDROCK_LOCAL_BENCHMARK_TOKENS').default(0).argParser(number))
  .addOption(new Option('--eol <models>', 'comma-separated ids (or parts) that have reached their end of life; `retired` means those AWS has retired').env('BEDROCK_LOCAL_EOL').argParser(list))
  .addOption(new Option('--profile-model <id>', 'model behind application inference profile ARNs').env('BEDROCK_LOCAL_PROFILE_MODEL'))
  .addOption(new Option('--backend <kind>', 'who answers').env('BEDROCK_LOCAL_BACKEND').choices(['scripted', 'anthropic-compatible', 'openai-compatible']).default('scripted'))
  .addOption(new Option('--upstream <url>', 'base URL of the upstream, such as http://localhost:11434').env('BEDROCK_LOCAL_UPSTREAM'))
  .addOption(new Option('--upstream-model <name>', 'model name sent upstream').env('BEDROCK_LOCAL_UPSTREAM_MODEL'))
  .addOption(new Option('--upstream-key-env <name>', 'environment variable that holds the upstream key').env('BEDROCK_LOCAL_UPSTREAM_KEY_ENV'))
  .addOption(new Option('--record <folder>', 'keep every answer of the backend in files, redacted').env('BEDROCK_LOCAL_RECORD'))
  .addOption(new Option('--replay <folder>', 'answer from recorded files alone').env('BEDROCK_LOCAL_REPLAY').conflicts('record'))
  .addOption(new Option('--tokens-per-minute <number>', 'quota of each model, enforced with 429; 0 is no limit').env('BEDROCK_LOCAL_TOKENS_PER_MINUTE').default(0).argParser(number))
  .addOption(new Option('--requests-per-minute <number>', 'quota of each model, enforced with 429; 0 is no limit').env('BEDROCK_LOCAL_REQUESTS_PER_MINUTE').default(0).argParser(number))
  .addOption(new Option('--mode <mode>', 'how the scripted model behaves; `obedient` follows every instruction it reads, for security tests').env('BEDROCK_LOCAL_MODE').choices(MODEL_MODES).default('bookseller'))
  .addOption(new Option('--guardrail-policy <file.json>', 'words and personal data that guardrails block or mask').env('BEDROCK_LOCAL_GUARDRAIL_POLICY'))
  .addOption(new Option('--s3-endpoint <url>', 'S3 that batch jobs read and write; AWS_ENDPOINT_URL_S3 is taken too').env('BEDROCK_LOCAL_S3_ENDPOINT'))
  .addOption(new Option('--batch-step-ms <ms>', 'how long a batch job stays in each status before InProgress').env('BEDROCK_LOCAL_BATCH_STEP_MS').default(500).argParser(number))
  .addOption(new Option('--batch-records-per-second <number>', 'pace of batch jobs; 0 is as fast as possible').env('BEDROCK_LOCAL_BATCH_RECORDS_PER_SECOND').default(50).argParser(number))
  .addOption(new Option('--batch-minimum-records <number>', 'fewer records fail a batch job').env('BEDROCK_LOCAL_BATCH_MINIMUM_RECORDS').default(100).argParser(number))
  .addHelpText('after', '\nPoint a client at it:\n  AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://127.0.0.1:4510 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local\n')
  .parse();

const flags = command.opts<Flags>();

function backendChoice(): BackendChoice | undefined {
  if (flags.backend === 'scripted') return undefined;
  if (!flags.upstream) return command.error(`error: --backend ${flags.backend} needs --upstream`, { exitCode: 2 });
  const choice: BackendChoice = { kind: flags.backend, upstream: flags.upstream };
  if (flags.upstreamModel) choice.upstreamModel = flags.upstreamModel;
  const key = flags.upstreamKeyEnv ? process.env[flags.upstreamKeyEnv] : undefined;
  if (flags.upstreamKeyEnv && !key) command.error(`error: the environment variable ${flags.upstreamKeyEnv} is not set`, { exitCode: 2 });
  if (key) choice.upstreamKey = key;
  return choice;
}

const options: BedrockLocalOptions = {
  port: flags.port,
  host: flags.host,
  ttftMs: flags.ttftMs,
  tokensPerSecond: flags.tokensPerSecond,
  latencyMs: flags.latencyMs,
  benchmarkTokens: Math.floor(flags.benchmarkTokens),
  mode: flags.mode,
  quotas: { tokensPerMinute: flags.tokensPerMinute, requestsPerMinute: flags.requestsPerMinute },
  batch: { stepMs: flags.batchStepMs, recordsPerSecond: flags.batchRecordsPerSecond, minimumRecords: flags.batchMinimumRecords },
};
const s3Endpoint = flags.s3Endpoint ?? process.env['AWS_ENDPOINT_URL_S3'];
if (s3Endpoint && options.batch) options.batch.s3Endpoint = s3Endpoint;
if (flags.corpus) options.corpus = flags.corpus;
if (flags.eol) options.endOfLife = flags.eol;
if (flags.record) options.record = flags.record;
if (flags.replay) options.replay = flags.replay;
if (flags.guardrailPolicy) options.guardrailPolicy = flags.guardrailPolicy;
if (flags.profileModel) options.profileModelId = flags.profileModel;
const backend = backendChoice();
if (backend) options.backend = backend;

try {
  const server = await startBedrockLocal(options);
  process.stdout.write(`bedrock-local is ready on ${server.url} (backend ${flags.backend})\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)));
  }
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    isTaken ? `bedrock-local: port ${flags.port} is taken; choose another with --port or BEDROCK_LOCAL_PORT\n` : `bedrock-local: ${reason}\n`,
  );
  process.exit(isTaken ? 2 : 1);
}
