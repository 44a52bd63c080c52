import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDynamoBatchStore, openDynamoJobStore, openS3JobResults, type BatchStore, type Failpoint, type JobOwner, type JobResults, type JobStore } from '@manga-assist/jobs';
import { openSqsDeadLetters, openSqsQueueSender, type DeadLetters, type QueueSender } from '@manga-assist/queues';
import { openDynamoWebhookEndpoints, type WebhookEndpoints } from '@manga-assist/webhooks';
import { History } from './history.ts';
import { DOOR_OWNER } from './load/http-door.ts';
import { freePorts } from './processes/free-ports.ts';
import { OwnProcess } from './processes/own-process.ts';
import { runToEnd } from './processes/run-to-end.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

export interface WorldOptions {
  /** This process's own. */
  environment: NodeJS.ProcessEnv;
  /** What every answer of the model takes. */
  modelLatencyMs: number;
  /** Share of messages that the queues hand out twice, and of entries that SendMessageBatch refuses. */
  duplicates: number;
  failedEntries: number;
  tenants: number;
  /** Of every worker, beside where the servers are. */
  workerEnv?: Readonly<Record<string, string>>;
  refuses?: (webhookId: string) => boolean;
}

const BATCHES = 'manga-fm-batches';
const ENDPOINTS = 'manga-webhook-endpoints';
export const JOBS = 'manga-fm-request-status';
export const BUCKET = 'manga-fm-results';
export const LEDGER = 'manga-fm-ledger';
const SECRET_KEY = 'chaos';
const DIES = './tools/chaos/src/processes/die-at-failpoint.mjs';
const FREEZES = './tools/chaos/src/processes/freeze-at-failpoint.mjs';
/** How long a worker may take to stop. */
export const DRAIN_MS = 4_000;
const SETUP_MS = 30_000;
// Two cores hold every server and client: what is proved here is not a deadline.
const ATTEMPT_TIMEOUT_MS = 10_000;

/** Where a worker is to die: the nth time it comes by. */
export interface Death {
  failpoint: Failpoint;
  nth: number;
  /** The file that says that it did. */
  marks: string;
}

/** Everything there is: servers and workers as processes, the stores as the checks read them, a receiver, a history. */
export class World {
  readonly folder: string;
  readonly history: History;
  readonly receiver: WebhookReceiver;
  /** Those of the load; DOOR_OWNER asks rest-api. */
  readonly owners: readonly JobOwner[];
  /** Of the whole catalogue. */
  readonly mangaIds: readonly string[];
  jobs!: JobStore;
  batches!: BatchStore;
  results!: JobResults;
  sender!: QueueSender;
  deadLetters!: DeadLetters;
  readonly #options: WorldOptions;
  readonly #processes: OwnProcess[] = [];
  #env: Record<string, string> = {};
  #bedrockUrl = '';
  #endpoints!: WebhookEndpoints;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'manga-chaos-'));
    this.history = new History(join(this.folder, 'history.jsonl'));
    this.receiver = new WebhookReceiver(options.refuses);
    this.owners = Array.from({ length: options.tenants }, (_, index) => ({ tenantId: `tenant-${String(index).padStart(3, '0')}`, subject: 'merchandiser' }));
    const catalogue = readFileSync(new URL('../../catalogue/data/series.ndjson', import.meta.url), 'utf8');
    this.mangaIds = catalogue.trim().split('\n').map((line) => (JSON.parse(line) as { manga_id: string }).manga_id);
  }

  static async start(options: WorldOptions): Promise<World> {
    const world = new World(options);
    try {
      await world.#startServers();
      await world.#registerEndpoints();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** A worker of that name, up or coming up; `death` arms a failpoint in it, `freezesInto` lets it be told one and takes its marks, `onLine` reads its log. */
  async worker(name: string, { death, freezesInto, onLine }: { death?: Death; freezesInto?: string; onLine?: (line: string) => void } = {}): Promise<OwnProcess> {
    const [port] = await freePorts(1);
    return this.#start({
      name,
      file: 'apps/async-worker/src/main.ts',
      env: {
        PORT: String(port),
        LOG_LEVEL: onLine ? 'info' : 'warn',
        ENRICHMENT_CONFIDENCE: '0',
        CATALOGUE_TENANTS: this.owners.map(({ tenantId }) => tenantId).join(','),
        WEBHOOK_SECRET_KEY: SECRET_KEY,
        WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32',
        SWEEP_INTERVAL_MS: '2000',
        DRAIN_TIMEOUT_MS: String(DRAIN_MS),
        ...this.#options.workerEnv,
        ...(death && { CHAOS_FAILPOINT: death.failpoint, CHAOS_FAILPOINT_NTH: String(death.nth), CHAOS_MARKS: death.marks }),
        ...(freezesInto !== undefined && { CHAOS_MARKS: freezesInto }),
      },
      preloads: [...(death ? [DIES] : []), ...(freezesInto === undefined ? [] : [FREEZES])],
      ...(onLine && { onLine }),
      upUrl: `http://127.0.0.1:${port}/livez`,
    });
  }

  /** rest-api, up or coming up, and where. */
  async door(name: string): Promise<{ door: OwnProcess; url: string }> {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const door = await this.#start({
      name,
      file: 'apps/rest-api/src/main.ts',
      // tool-service is not asked for jobs.
      env: { PORT: String(port), LOG_LEVEL: 'warn', WEBHOOK_SECRET_KEY: SECRET_KEY },
      upUrl: `${url}/livez`,
    });
    return { door, url };
  }

  /** Every call of this model that asks for JSON gets what does not fit, for as long as this world stands. */
  async spoilModel(model: string): Promise<void> {
    await this.#bedrock('faults', { kind: 'unfit-json', model, times: 'forever' });
  }

  /** How often the model was asked so far, and what SQS has done on purpose. */
  async counts(): Promise<{ modelCalls: number; duplicateDeliveries: number; failedBatchEntries: number }> {
    const [model, faults] = await Promise.all([`${this.#bedrockUrl}/_admin/calls`, `${this.#env['AWS_ENDPOINT_URL']}/local-stack/faults`].map(async (url) => (await fetch(url, { signal: AbortSignal.timeout(SETUP_MS) })).json()));
    const { duplicateDeliveries, failedBatchEntries } = (faults as { done: { duplicateDeliveries: number; failedBatchEntries: number } }).done;
    return { modelCalls: (model as { total: number }).total, duplicateDeliveries, failedBatchEntries };
  }

  /** Ends every process that was started, and lets go of everything. */
  async close(): Promise<void> {
    for (const child of this.#processes) child.kill();
    await Promise.all(this.#processes.map(({ ended }) => ended));
    const adapters = [this.jobs, this.batches, this.results, this.sender, this.deadLetters, this.#endpoints] as ({ close(): Promise<void> } | undefined)[];
    await Promise.all(adapters.map((adapter) => adapter?.close()));
    await Promise.all([this.receiver.close().catch(() => undefined), this.history.close()]);
  }

  async #startServers(): Promise<void> {
    const [aws, dynamodb, redis, bedrock] = await freePorts(4);
    this.#bedrockUrl = `http://127.0.0.1:${bedrock}`;
    const { PATH = '', HOME = '' } = this.#options.environment;
    this.#env = {
      PATH,
      HOME,
      CHAOS_CODE_FOLDER: this.folder,
      NODE_COMPILE_CACHE: join(this.folder, 'v8'),
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${aws}`,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamodb}`,
      AWS_ENDPOINT_URL_BEDROCK: this.#bedrockUrl,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: this.#bedrockUrl,
      REDIS_URL: `redis://127.0.0.1:${redis}`,
    };
    const { duplicates, failedEntries, modelLatencyMs } = this.#options;
    const faults = ['--duplicate-deliveries', String(duplicates), '--failed-batch-entries', String(failedEntries)];
    const servers = [
      this.#start({
        name: 'local-stack',
        file: 'tools/local-stack/src/main.ts',
        args: ['--aws-port', String(aws), '--dynamodb-port', String(dynamodb), '--redis-port', String(redis), ...faults],
        env: { REDIS_URL: '' },
        upUrl: `http://127.0.0.1:${aws}/readyz`,
      }),
      this.#start({
        name: 'bedrock-local',
        file: 'tools/bedrock-local/src/main.ts',
        args: ['--port', String(bedrock), '--latency-ms', String(modelLatencyMs)],
        env: {},
        upUrl: `${this.#bedrockUrl}/livez`,
      }),
      this.receiver.listen(),
    ];
    await Promise.all(servers.map(async (server) => (await server)?.up()));
    Object.assign(this.#options.environment, this.#env);
    await runToEnd('tools/catalogue/src/seed.ts', this.#env);
    this.jobs = openDynamoJobStore({ table: JOBS, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS });
    this.batches = openDynamoBatchStore({ table: BATCHES, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS });
    this.results = openS3JobResults({ bucket: BUCKET, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS });
    this.sender = openSqsQueueSender();
    this.deadLetters = openSqsDeadLetters({ deadLetterQueues: ['manga-fm-dlq', 'manga-fm-ordered-dlq.fifo'] });
  }

  /** Each tenant has a webhook endpoint of its own. */
  async #registerEndpoints(): Promise<void> {
    const policy = { ports: [443], allowedNetworks: ['127.0.0.1/32'] };
    this.#endpoints = openDynamoWebhookEndpoints({ table: ENDPOINTS, secretKey: SECRET_KEY, policy });
    await Promise.all(
      [...this.owners, DOOR_OWNER].map(async (owner) => {
        const { secret } = await this.#endpoints.register(owner, { url: this.receiver.urlFor(owner.tenantId), eventTypes: [] }, AbortSignal.timeout(SETUP_MS));
        this.receiver.expect(owner.tenantId, secret);
      }),
    );
  }

  async #start(plan: ConstructorParameters<typeof OwnProcess>[0]): Promise<OwnProcess> {
    const child = new OwnProcess({ ...plan, env: { ...this.#env, ...plan.env } });
    this.#processes.push(child);
    return child;
  }

  async #bedrock(route: string, body: object): Promise<void> {
    const response = await fetch(`${this.#bedrockUrl}/_admin/${route}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
    if (!response.ok) throw new Error(`bedrock-local refused ${route}: ${await response.text()}`);
  }
}
