import { randomUUID } from 'node:crypto';
import { AdminApi } from './admin/admin-api.ts';
import { CallLog } from './admin/call-log.ts';
import { serveLivePage } from './admin/live-page.ts';
import type { LanguageBackend } from './backends/language-backend.ts';
import { openBackend, type BackendChoice } from './backends/open-backend.ts';
import { AS_FAST_AS_POSSIBLE, type Pacing } from './backends/pacing.ts';
import { ScriptedBackend } from './backends/scripted-backend.ts';
import { recordAnswerer } from './batch/answer-record.ts';
import { BatchFiles } from './batch/batch-files.ts';
import { BatchJobs } from './batch/batch-jobs.ts';
import { BatchRunner, type BatchSettings } from './batch/batch-runner.ts';
import { PromptCache } from './caching/prompt-cache.ts';
import { ControlPlane, parseControlPath } from './control/control-plane.ts';
import { EmbeddingModels } from './embeddings/embedding-models.ts';
import { Embedder } from './embeddings/embedder.ts';
import { FaultBook } from './faults/fault-book.ts';
import { loadPolicy } from './guardrails/guardrail-policy.ts';
import { ModelDirectory } from './models/model-directory.ts';
import { ModelCalls } from './operations/model-calls.ts';
import { parseModelPath } from './operations/operation.ts';
import type { Exchange } from './server/exchange.ts';
import { QuotaBook, type Quotas } from './quotas/quota-book.ts';
import { RecordingBackend } from './recording/recording-backend.ts';
import { ReplayBackend } from './recording/replay-backend.ts';
import { OnePort } from './server/one-port.ts';
import { replyError } from './server/reply-error.ts';
import type { LocalSettings, ModelMode } from './settings.ts';
import { BedrockError } from './wire/bedrock-error.ts';

export interface BedrockLocalOptions {
  /** 0 (the default) takes a free port. */
  port?: number;
  host?: string;
  /** Newline-delimited JSON the embeddings learn from. */
  corpus?: string;
  /** Time to the first token, default 0. */
  ttftMs?: number;
  /** Default 0: as fast as possible. */
  tokensPerSecond?: number;
  /** Greater than 0: every answer takes this long, however long it is. */
  latencyMs?: number;
  /** Greater than 0: every scripted answer is a canned text of this many tokens. */
  benchmarkTokens?: number;
  /** Models that answer 404: ids, parts of ids, or `retired` for those AWS has retired. */
  endOfLife?: readonly string[];
  /** Which model stands behind application inference profiles and provisioned models. */
  profileModelId?: string;
  backend?: BackendChoice;
  /** Folder that keeps every answer of the backend, redacted. */
  record?: string;
  /** Folder to answer from, instead of any backend. */
  replay?: string;
  /** JSON file with the policy behind every guardrail; a small one is built in. */
  guardrailPolicy?: string;
  /** Paces of single models, by part of a model id. */
  modelPacing?: Record<string, Partial<Pacing>>;
  mode?: ModelMode;
  /** Tokens and requests per minute; without them there is no limit. */
  quotas?: Partial<Quotas>;
  /** The length of a minute of quotas and of the prompt cache: a short one lets both pass in tests. */
  minuteMs?: number;
  /** Batch jobs; without `s3Endpoint` none is accepted. */
  batch?: Partial<BatchSettings> & { s3Endpoint?: string };
  /** Where warnings go; stderr by default. */
  warn?: (line: string) => void;
}

export interface BedrockLocal {
  url: string;
  port: number;
  /** Resolves when embeddings have learnt their corpus; requests wait for it by themselves. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** As fast as possible, with the limits seen on AWS. */
const DEFAULT_BATCH: BatchSettings = { stepMs: 0, recordsPerSecond: 0, minimumRecords: 100, maximumRecords: 50_000, hourMs: 3_600_000 };

export async function startBedrockLocal(options: BedrockLocalOptions = {}): Promise<BedrockLocal> {
  const host = options.host ?? '127.0.0.1';
  const warn = options.warn ?? ((line: string) => process.stderr.write(`bedrock-local: ${line}\n`));
  const settings: LocalSettings = {
    pacing: { ttftMs: options.ttftMs ?? 0, tokensPerSecond: options.tokensPerSecond ?? 0, latencyMs: options.latencyMs ?? 0 },
    modelPacing: Object.fromEntries(Object.entries(options.modelPacing ?? {}).map(([model, pacing]) => [model, { ...AS_FAST_AS_POSSIBLE, ...pacing }])),
    benchmarkTokens: options.benchmarkTokens ?? 0,
    mode: options.mode ?? 'bookseller',
    quotas: { tokensPerMinute: 0, requestsPerMinute: 0, byModel: {}, ...options.quotas },
  };
  const backend = chooseBackend(options);
  const embedder = new Embedder(options.corpus, warn);
  const faults = new FaultBook();
  const log = new CallLog();
  const directory = new ModelDirectory({
    ...(options.endOfLife ? { endOfLife: options.endOfLife } : {}),
    ...(options.profileModelId ? { profileModelId: options.profileModelId } : {}),
  });
  const guardrail = loadPolicy(options.guardrailPolicy);
  const minuteMs = options.minuteMs ?? 60_000;
  const quotas = new QuotaBook(() => settings.quotas, minuteMs);
  const promptCache = new PromptCache(minuteMs);
  const embeddings = new EmbeddingModels(embedder);
  const calls = new ModelCalls({ directory, backend, embeddings, faults, log, settings, guardrail, quotas, promptCache });
  const files = options.batch?.s3Endpoint ? new BatchFiles(options.batch.s3Endpoint) : undefined;
  const batchSettings: BatchSettings = { ...DEFAULT_BATCH, ...options.batch };
  const runner = files ? new BatchRunner(files, batchSettings, recordAnswerer({ directory, backend, embeddings, faults, settings })) : undefined;
  const jobs = new BatchJobs(runner, batchSettings);
  const control = new ControlPlane({ directory, jobs, faults, log, guardrail });
  const port = new OnePort((exchange) => route(exchange));
  const startedAt = performance.now();
  const admin = new AdminApi({
    faults,
    log,
    jobs,
    quotas,
    promptCache,
    settings,
    connectionsOpened: () => port.connectionsOpened,
    resetConnections: () => port.resetCount(),
    health: () => ({
      status: 'ok',
      backend: backend.name,
      uptime_s: Math.round((performance.now() - startedAt) / 1_000),
      calls: log.total,
      in_flight: log.inFlight,
      connections_opened: port.connectionsOpened,
      embeddings: embedder.state,
      models: directory.models.map(({ id }) => id),
    }),
  });

  async function route(exchange: Exchange): Promise<void> {
    try {
      if (exchange.path === '/livez') return exchange.reply(200, { 'content-type': 'application/json' }, '{"status":"ok"}\n');
      if (serveLivePage(exchange)) return;
      if (exchange.path.startsWith('/_admin/')) return await admin.handle(exchange);
      const target = parseModelPath(exchange.path);
      if (target && exchange.method === 'POST') return await calls.handle(exchange, target.operation, target.modelId);
      const controlTarget = parseControlPath(exchange.method, exchange.path);
      if (controlTarget) return await control.handle(exchange, controlTarget);
      throw new BedrockError('UnknownOperationException', 'The requested operation is not recognized by the service.');
    } catch (error) {
      if (!exchange.hasAnswered) replyError(exchange, randomUUID(), error);
    }
  }

  const listening = await port.listen(options.port ?? 0, host);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    ready: () => embedder.ready(),
    close: async () => {
      jobs.clear();
      await Promise.all([port.close(), files?.close()]);
    },
  };
}

function chooseBackend({ backend, record, replay }: BedrockLocalOptions): LanguageBackend {
  if (replay !== undefined) return new ReplayBackend(replay);
  const chosen = backend ? openBackend(backend) : new ScriptedBackend();
  return record === undefined ? chosen : new RecordingBackend(chosen, record);
}
