import { createServer, type AddressInfo } from 'node:net';
import { MeasuredProcess } from './measured-process.ts';
import { SERVICE_TOKEN_SECRET } from './tool-call.ts';

/** Tokens of every answer of the model while measuring. */
export const ANSWER_TOKENS = 300;

export interface BenchStack {
  restApi: MeasuredProcess;
  chatGateway: MeasuredProcess;
  toolService: MeasuredProcess;
  bareServer: MeasuredProcess;
  restUrl: URL;
  /** The real tool-service. */
  toolUrl: URL;
  /** One that answers at once, which rest-api asks. */
  cannedToolUrl: URL;
  chatUrl: string;
  bareUrl: URL;
  bedrockUrl: string;
  /** Where the services find the local servers. */
  environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The services as processes of their own on free ports, over a Bedrock that answers at once with a canned text. */
export async function startBenchStack(profileFolder?: string): Promise<BenchStack> {
  const [aws, dynamodb, redis, bedrock, tools, gateway, rest, bare, canned] = await freePorts(9);
  const bedrockUrl = `http://127.0.0.1:${bedrock}`;
  const environment = {
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${aws}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamodb}`,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUrl,
    REDIS_URL: `redis://127.0.0.1:${redis}`,
    TOOL_SERVICE_URL: `http://127.0.0.1:${tools}`,
    // Measured as in production, which refuses the laptop's.
    SERVICE_TOKEN_SECRET,
    API_KEY_PEPPER: 'bench',
    WEBHOOK_SECRET_KEY: 'bench',
  };
  const started: MeasuredProcess[] = [];
  const start = async (name: string, file: string, args: string[], more: Record<string, string>, readyUrl: string): Promise<MeasuredProcess> => {
    const measured = await MeasuredProcess.start(name, file, args, { ...environment, ...more }, readyUrl, profileFolder);
    started.push(measured);
    return measured;
  };
  const close = async (): Promise<void> => {
    for (const measured of started.reverse()) await measured.stop();
  };
  const service = (name: string, port: number | undefined, more: Record<string, string> = {}): Promise<MeasuredProcess> =>
    start(name, `apps/${name}/src/main.ts`, [], { PORT: String(port), ...more }, `http://127.0.0.1:${port}/readyz`);

  try {
    await start('local-stack', 'tools/local-stack/src/main.ts', [], { AWS_PORT: String(aws), DYNAMODB_PORT: String(dynamodb), REDIS_PORT: String(redis), REDIS_URL: '' }, `http://127.0.0.1:${aws}/livez`);
    await start('bedrock-local', 'tools/bedrock-local/src/main.ts', ['--port', String(bedrock), '--ttft-ms', '0', '--tokens-per-second', '0', '--benchmark-tokens', String(ANSWER_TOKENS)], {}, `${bedrockUrl}/livez`);
    await MeasuredProcess.runToEnd('tools/catalogue/src/seed.ts', environment);
    // A kept result would be measured in place of a search.
    const toolService = await service('tool-service', tools, { RESULT_CACHE_MS: '0' });
    const chatGateway = await service('chat-gateway', gateway);
    await start('canned-tools', 'tools/bench/src/canned-tools.ts', [], { PORT: String(canned) }, `http://127.0.0.1:${canned}/livez`);
    const restApi = await service('rest-api', rest, { TOOL_SERVICE_URL: `http://127.0.0.1:${canned}` });
    const bareServer = await start('bare-server', 'tools/bench/src/bare-server.ts', [], { PORT: String(bare) }, `http://127.0.0.1:${bare}/`);
    return {
      restApi,
      chatGateway,
      toolService,
      bareServer,
      restUrl: new URL(`http://127.0.0.1:${rest}`),
      toolUrl: new URL(`http://127.0.0.1:${tools}`),
      cannedToolUrl: new URL(`http://127.0.0.1:${canned}`),
      chatUrl: `ws://127.0.0.1:${gateway}/v1/chat`,
      bareUrl: new URL(`http://127.0.0.1:${bare}`),
      bedrockUrl,
      environment,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
