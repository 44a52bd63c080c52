import { once } from 'node:events';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { LanguageModel, ModelCatalogue, openModelCatalogue } from '@manga-assist/bedrock';
import { ScriptedLanguageModel, type ScriptedAnswer, type ScriptedReply } from '@manga-assist/bedrock/testing';
import { MemoryCacheStore, ResponseCache, type CacheStore } from '@manga-assist/caching';
import { UnreachableCacheStore } from '@manga-assist/caching/testing';
import { ConversationStore } from '@manga-assist/conversations';
import { InMemoryConversationStore } from '@manga-assist/conversations/testing';
import { Clock, Ids, SystemClock, SystemIds } from '@manga-assist/foundation';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { ApiKeys, openServiceTokens, ServiceTokens } from '@manga-assist/identity';
import { DEMO_PRINCIPAL, KnownApiKeys } from '@manga-assist/identity/testing';
import { BatchStore, IdempotencyRecords, JobResults, JobStore, RedriveLog } from '@manga-assist/jobs';
import { InMemoryBatchStore, InMemoryIdempotencyRecords, InMemoryJobResults, InMemoryJobStore, InMemoryRedriveLog } from '@manga-assist/jobs/testing';
import { createLogger } from '@manga-assist/observability';
import { DeadLetters, QueueDepths, QueueSender } from '@manga-assist/queues';
import { FixedQueueDepths, InMemoryDeadLetters, RecordedQueueSender } from '@manga-assist/queues/testing';
import { SystemTimers, Timers } from '@manga-assist/resilience';
import type { MangaQueryResponse } from '@manga-assist/schemas/rest';
import { ReadinessChecks, startService, type RunningService } from '@manga-assist/service-kit';
import { WebhookEndpoints, WebhookOutbox } from '@manga-assist/webhooks';
import { inMemoryWebhooks } from '@manga-assist/webhooks/testing';
import { Global, Module } from '@nestjs/common';
import { AppModule } from '../app.module.ts';
import { CatalogueLookup } from '../catalogue/catalogue-lookup.ts';
import { HttpCatalogueLookup } from '../catalogue/http-catalogue-lookup.ts';
import { RestApiConfig } from '../config.ts';
import { allowOrigins } from '../cors.ts';
import { readAnswer } from '../query/answer.ts';
import { eventsOf, type ServerEvent } from './event-stream.ts';
import { ToolServer } from './tool-server.ts';

/** What the model says unless it is told otherwise. */
export const ANSWER = {
  text: 'You may like One Piece.',
  usage: { inputTokens: 400, outputTokens: 60 },
  costUsd: 0.000175,
} satisfies ScriptedAnswer;

/** API keys: two customers of one store, one of another, one that may only look at jobs, and the store's operator. */
const KEYS = {
  local: DEMO_PRINCIPAL,
  neighbour: { ...DEMO_PRINCIPAL, subject: 'demo-customer-2' },
  'other-store': { ...DEMO_PRINCIPAL, tenantId: 'other-store' },
  'jobs-only': { ...DEMO_PRINCIPAL, scopes: ['job:read'] as const },
  operator: { ...DEMO_PRINCIPAL, subject: 'operator', scopes: ['admin:read', 'admin:write'] as const },
};

export interface Sent {
  /** Empty: none. */
  key?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answered<Answer> {
  status: number;
  headers: Headers;
  text: string;
  body: Answer;
}

@Global()
@Module({})
class FakeAdapters {}

/** The whole service on a port of its own, with a tool-service over HTTP and everything else in memory. */
export class RestApiUnderTest {
  readonly conversations = new InMemoryConversationStore();
  readonly tokens = openServiceTokens({ secret: 'for-tests-only', issuer: 'rest-api' });
  readonly model: ScriptedLanguageModel;
  readonly tools = new ToolServer();
  readonly jobs = new InMemoryJobStore();
  readonly batches = new InMemoryBatchStore();
  readonly results = new InMemoryJobResults();
  readonly queues = new RecordedQueueSender();
  readonly deadLetters = new InMemoryDeadLetters();
  readonly webhooks = inMemoryWebhooks();
  /** By which answers to requests with an Idempotency-Key are forgotten. */
  readonly idempotencyClock = new StoppedClock(Date.now());
  #replies: (ScriptedReply | Error)[] = [];
  #catalogue: HttpCatalogueLookup;
  #service: RunningService;

  constructor() {
    this.model = new ScriptedLanguageModel(() => {
      const reply = this.#replies.shift() ?? ANSWER;
      if (reply instanceof Error) throw reply;
      return reply;
    });
  }

  async start({ redis = new UnreachableCacheStore(), ...changes }: Partial<RestApiConfig> & { redis?: CacheStore } = {}): Promise<this> {
    await this.tools.start();
    const config = Object.assign(new RestApiConfig(), { port: 0, toolServiceUrl: this.tools.url, ...changes });
    const logger = createLogger({ service: 'rest-api', level: 'silent' });
    const clock = new SystemClock();
    const timers = new SystemTimers();
    const { tokens, conversations, model } = this;
    const catalogue = new HttpCatalogueLookup({ url: config.toolServiceUrl, tokens, timeoutMs: config.catalogueTimeoutMs, clock, timers, logger });
    const memory = new MemoryCacheStore({ mostEntries: 1_000, mostBytes: 10_000_000, clock });
    const checks = { 'tool-service': (signal: AbortSignal) => catalogue.isReachable(signal) };

    const providers = [
      { provide: RestApiConfig, useValue: config },
      { provide: Clock, useValue: clock },
      { provide: Timers, useValue: timers },
      { provide: ModelCatalogue, useValue: openModelCatalogue() },
      { provide: LanguageModel, useValue: model },
      { provide: ConversationStore, useValue: conversations },
      { provide: ApiKeys, useValue: new KnownApiKeys(KEYS) },
      { provide: ServiceTokens, useValue: tokens },
      { provide: CatalogueLookup, useValue: catalogue },
      { provide: ResponseCache, useValue: new ResponseCache({ memory, redis, read: readAnswer, clock }) },
      { provide: Ids, useValue: new SystemIds(clock) },
      { provide: JobStore, useValue: this.jobs },
      { provide: BatchStore, useValue: this.batches },
      { provide: JobResults, useValue: this.results },
      { provide: IdempotencyRecords, useValue: new InMemoryIdempotencyRecords(this.idempotencyClock) },
      { provide: RedriveLog, useValue: new InMemoryRedriveLog() },
      { provide: QueueSender, useValue: this.queues },
      { provide: QueueDepths, useValue: new FixedQueueDepths(config.deadLetterQueues.map((queueName) => ({ queueName, waiting: 2, inFlight: 0, delayed: 0 }))) },
      { provide: DeadLetters, useValue: this.deadLetters },
      { provide: WebhookEndpoints, useValue: this.webhooks.endpoints },
      { provide: WebhookOutbox, useValue: this.webhooks.outbox },
      { provide: ReadinessChecks, useValue: { checks } },
    ];
    const module = AppModule.on({ module: FakeAdapters, providers, exports: providers.map(({ provide }) => provide) });
    this.#service = await startService({ name: 'rest-api', config, module, logger, configure: allowOrigins });
    this.#catalogue = catalogue;
    return this;
  }

  async close(): Promise<void> {
    await this.#service.close();
    await this.#catalogue.close();
    await this.tools.close();
  }

  get url(): string {
    return this.#service.url;
  }

  /** How many callers are connected. */
  connections(): Promise<number> {
    const server = this.#service.app.getHttpServer();
    return promisify(server.getConnections.bind(server))();
  }

  /** What the model says to the next requests, in order. */
  next(...replies: (ScriptedReply | Error)[]): void {
    this.#replies.push(...replies);
  }

  post(body: string | Uint8Array<ArrayBuffer>, { key = 'local', headers = {}, signal }: Sent = {}): Promise<Response> {
    return fetch(`${this.url}/v1/manga/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== '' && { 'x-api-key': key }), ...headers },
      body,
      ...(signal && { signal }),
    });
  }

  /** Any door: an object goes as JSON. */
  async call<Answer = Record<string, unknown>>(method: string, path: string, body?: object | string, { key = 'local', headers = {} }: Sent = {}): Promise<Answered<Answer>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(key !== '' && { 'x-api-key': key }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: (text === '' ? {} : JSON.parse(text)) as Answer };
  }

  ask(body: object, sent: Sent = {}): Promise<Response> {
    return this.post(JSON.stringify(body), sent);
  }

  /** The answer; fails unless there is one. */
  async answerTo(body: object, sent: Sent = {}): Promise<MangaQueryResponse> {
    const response = await this.ask(body, sent);
    if (response.status !== 200) throw new Error(`answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as MangaQueryResponse;
  }

  askForStream(body: object, sent: Sent = {}): Promise<Response> {
    return this.ask(body, { ...sent, headers: { ...sent.headers, accept: 'text/event-stream' } });
  }

  /** A caller on a connection of its own, who has read the first token and can leave. */
  async listenTo(body: object): Promise<{ leave(): void }> {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream', 'x-api-key': 'local' };
    const asking = request(`${this.url}/v1/manga/query`, { method: 'POST', headers, agent: false }).on('error', () => {});
    asking.end(JSON.stringify(body));
    await once(asking, 'response');
    return { leave: () => void asking.destroy() };
  }

  async eventsFor(body: object): Promise<ServerEvent[]> {
    return eventsOf(await (await this.askForStream(body)).text());
  }

  /** The tool-service is asked what it offers, as it is every minute. */
  async hearOfCatalogue(): Promise<void> {
    await this.#catalogue.isReachable(AbortSignal.timeout(1_000));
  }
}
