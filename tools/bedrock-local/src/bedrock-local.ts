import { randomUUID } from 'node:crypto';
import { AdminApi } from './admin/admin-api.ts';
import { CallLog } from './admin/call-log.ts';
import type { LanguageBackend } from './backends/language-backend.ts';
import { ScriptedBackend } from './backends/scripted-backend.ts';
import { EmbeddingModels } from './embeddings/embedding-models.ts';
import { Embedder } from './embeddings/embedder.ts';
import { FaultBook } from './faults/fault-book.ts';
import { ModelDirectory } from './models/model-directory.ts';
import { ModelCalls } from './operations/model-calls.ts';
import { parseModelPath } from './operations/operation.ts';
import { openBackend, type BackendChoice } from './backends/open-backend.ts';
import type { Exchange } from './server/exchange.ts';
import { OnePort } from './server/one-port.ts';
import { replyError } from './server/reply-error.ts';
import type { LocalSettings } from './settings.ts';
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
  /** Greater than 0: every scripted answer is a canned text of this many tokens. */
  benchmarkTokens?: number;
  /** Models that answer 404: ids, parts of ids, or `retired` for those AWS has retired. */
  endOfLife?: readonly string[];
  /** Which model stands behind application inference profiles and provisioned models. */
  profileModelId?: string;
  backend?: BackendChoice;
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

export async function startBedrockLocal(options: BedrockLocalOptions = {}): Promise<BedrockLocal> {
  const host = options.host ?? '127.0.0.1';
  const warn = options.warn ?? ((line: string) => process.stderr.write(`bedrock-local: ${line}\n`));
  const settings: LocalSettings = {
    pacing: { ttftMs: options.ttftMs ?? 0, tokensPerSecond: options.tokensPerSecond ?? 0 },
    benchmarkTokens: options.benchmarkTokens ?? 0,
  };
  const backend: LanguageBackend = options.backend ? openBackend(options.backend) : new ScriptedBackend(settings);
  const embedder = new Embedder(options.corpus, warn);
  const faults = new FaultBook();
  const log = new CallLog();
  const directory = new ModelDirectory({
    ...(options.endOfLife ? { endOfLife: options.endOfLife } : {}),
    ...(options.profileModelId ? { profileModelId: options.profileModelId } : {}),
  });
  const calls = new ModelCalls({ directory, backend, embeddings: new EmbeddingModels(embedder), faults, log, settings });
  const port = new OnePort((exchange) => route(exchange));
  const startedAt = performance.now();
  const admin = new AdminApi({
    faults,
    log,
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
      if (exchange.path.startsWith('/_admin/')) return await admin.handle(exchange);
      const target = parseModelPath(exchange.path);
      if (target && exchange.method === 'POST') return await calls.handle(exchange, target.operation, target.modelId);
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
    close: () => port.close(),
  };
}
