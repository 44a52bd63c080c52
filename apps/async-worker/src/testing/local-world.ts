import { LanguageModel } from '@manga-assist/bedrock';
import { startBedrockLocal, type BedrockLocal, type BedrockLocalOptions } from '@manga-assist/bedrock-local';
import { openDynamoProductStore, type Product } from '@manga-assist/catalogue';
import { SystemIds, SystemClock } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { claimCheckOf, jobsOfBatch, openDynamoBatchStore, openDynamoJobStore, openS3JobResults, type Batch, type BatchOrder, type Job, type JobOrder } from '@manga-assist/jobs';
import { aBatch, anOrder } from '@manga-assist/jobs/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { createLogger } from '@manga-assist/observability';
import { openSqsQueueSender } from '@manga-assist/queues';
import { isTerminal, type JobInputOf, type JobType } from '@manga-assist/schemas/jobs';
import { startService, type RunningService } from '@manga-assist/service-kit';
import type { ClassProvider, DynamicModule, ValueProvider } from '@nestjs/common';
import { AdaptersModule } from '../adapters.module.ts';
import { AppModule } from '../app.module.ts';
import { AsyncWorkerConfig } from '../config.ts';
import { serveQueues } from '../queues/queue-server.ts';
import { SHELF } from './shelf.ts';

/** Stack, model and worker share one process here, and its core with others: what is proved is not the deadline. */
const PATIENCE = { attemptTimeoutMs: 10_000 };
const ids = new SystemIds(new SystemClock());

/** The whole local stack with bedrock-local, and what the doors and the owners of jobs have in it. */
export class LocalWorld {
  readonly signal = new AbortController().signal;
  readonly #stack: LocalStack;
  readonly bedrock: BedrockLocal;
  readonly jobs = openDynamoJobStore({ table: 'manga-fm-request-status', ...PATIENCE });
  readonly batches = openDynamoBatchStore({ table: 'manga-fm-batches', ...PATIENCE });
  readonly results = openS3JobResults({ bucket: 'manga-fm-results' });
  readonly products = openDynamoProductStore({ table: 'manga-products' });
  readonly sender = openSqsQueueSender();
  readonly #workers: RunningService[] = [];

  private constructor(stack: LocalStack, bedrock: BedrockLocal) {
    this.#stack = stack;
    this.bedrock = bedrock;
  }

  /** With these series in the catalogue; the process's environment leads every adapter here. */
  static async start(environment: NodeJS.ProcessEnv, { products = Object.values(SHELF), bedrock: like = {} }: { products?: readonly Product[]; bedrock?: BedrockLocalOptions } = {}): Promise<LocalWorld> {
    const [stack, bedrock] = await Promise.all([startLocalStack(), startBedrockLocal(like)]);
    Object.assign(environment, stack.env, { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url });
    const world = new LocalWorld(stack, bedrock);
    await world.products.put(products, world.signal);
    return world;
  }

  /** A worker in this process, on real adapters; `model` stands in for Bedrock where a test has to steer it. */
  async worker(changes: Partial<AsyncWorkerConfig> = {}, model?: LanguageModel): Promise<RunningService> {
    const config = Object.assign(new AsyncWorkerConfig(), { port: 0, sweepIntervalMs: 200, retryBaseMs: 20, retryCapMs: 100, storeAttemptTimeoutMs: PATIENCE.attemptTimeoutMs, storeTimeoutMs: 25_000, ...changes });
    const logger = createLogger({ service: 'async-worker', level: 'silent' });
    const adapters = AdaptersModule.for(config, logger);
    const module = AppModule.on(model === undefined ? adapters : replaced(adapters, LanguageModel, model));
    const worker = await startService({ name: 'async-worker', config, module, logger, configure: serveQueues });
    this.#workers.push(worker);
    return worker;
  }

  order<T extends JobType>(type: T, input: JobInputOf<T>, about: Partial<JobOrder> = {}): JobOrder {
    const nowMs = Date.now();
    return anOrder({ jobId: ids.uuid(), type, input, createdAtMs: nowMs, expiresAtMs: nowMs + 3_600_000, ...about });
  }

  /** What the door does: row first, message second. */
  async submit<T extends JobType>(type: T, input: JobInputOf<T>, about: Partial<JobOrder> = {}): Promise<JobOrder> {
    const order = this.order(type, input, about);
    await this.jobs.create(order, this.signal);
    await this.send(order);
    await this.jobs.markSent([order.jobId], this.signal);
    return order;
  }

  /** What lies in a queue now, and is taken out. */
  async take(queueName: string): Promise<{ body: string; attributes: Record<string, string> }[]> {
    const answer = await this.#sqs<{ Messages?: { Body: string; ReceiptHandle: string; MessageAttributes?: Record<string, { StringValue: string }> }[] }>('ReceiveMessage', {
      ...{ QueueUrl: `${this.#stack.awsUrl}/000000000000/${queueName}`, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] },
    });
    const messages = answer.Messages ?? [];
    for (const { ReceiptHandle } of messages) await this.#sqs('DeleteMessage', { QueueUrl: `${this.#stack.awsUrl}/000000000000/${queueName}`, ReceiptHandle });
    return messages.map(({ Body, MessageAttributes = {} }) => ({
      body: Body,
      attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
    }));
  }

  /** Puts a body into a queue as it is, as a stranger could. */
  async put(queueName: string, body: string, pattern: string): Promise<void> {
    await this.#sqs('SendMessage', {
      QueueUrl: `${this.#stack.awsUrl}/000000000000/${queueName}`,
      MessageBody: body,
      MessageAttributes: { Pattern: { DataType: 'String', StringValue: pattern } },
    });
  }

  /** Plans a fault of the local model, to happen to the next call that it fits; see bedrock-local's README. */
  async plan(fault: { kind: string; times?: number; after?: number; ms?: number }): Promise<void> {
    const { ok, status } = await fetch(`${this.bedrock.url}/_admin/faults`, { method: 'POST', body: JSON.stringify(fault) });
    if (!ok) throw new Error(`the fault was not taken: ${status}`);
  }

  /** What the ledger says of a job: the rows of its calls, which are written behind them until the worker stops, and its own. */
  async ledgerOf({ owner, jobId, createdAtMs }: JobOrder): Promise<{ calls: Record<string, string>[]; job: Record<string, string> | undefined }> {
    const pk = `T#${owner.tenantId}#D#${new Date(createdAtMs).toISOString().slice(0, 10)}`;
    const query = { TableName: 'manga-fm-ledger', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } };
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.Query', authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local', 'x-amz-date': '20260101T000000Z' };
    const response = await fetch(this.#stack.dynamodbUrl, { method: 'POST', headers, body: JSON.stringify(query) });
    if (!response.ok) throw new Error(`Query was refused: ${await response.text()}`);
    const { Items } = (await response.json()) as { Items: Record<string, Record<string, string>>[] };
    const rows = Items.map((item) => Object.fromEntries(Object.entries(item).map(([name, value]) => [name, Object.values(value)[0] ?? '']))).filter(({ correlation_id }) => correlation_id === jobId);
    return { calls: rows.filter(({ cost_usd }) => cost_usd !== undefined), job: rows.find(({ owner_cost_usd }) => owner_cost_usd !== undefined) };
  }

  /** SQS's own protocol: the adapters under test do not send what a stranger would. */
  async #sqs<T>(action: string, parameters: object): Promise<T> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` };
    const response = await fetch(this.#stack.awsUrl, { method: 'POST', headers, body: JSON.stringify(parameters) });
    if (!response.ok) throw new Error(`${action} was refused: ${await response.text()}`);
    return (await response.json().catch(() => ({}))) as T;
  }

  async putCover(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { ok, status } = await fetch(`${this.#stack.awsUrl}/manga-covers/${key}`, { method: 'PUT', body: bytes });
    if (!ok) throw new Error(`the cover was not taken: ${status}`);
  }

  async send(order: JobOrder): Promise<void> {
    await this.sender.send(claimCheckOf(order, ids.uuid()), this.signal);
  }

  async submitBatch(items: BatchOrder['items'], about: Partial<BatchOrder> = {}): Promise<BatchOrder> {
    const nowMs = Date.now();
    const batch = aBatch(0, { items, createdAtMs: nowMs, expiresAtMs: nowMs + 3_600_000, ...about });
    const orders = jobsOfBatch(batch);
    await this.batches.create(batch, this.signal);
    await Promise.all(orders.map((order) => this.jobs.create(order, this.signal)));
    await this.sender.sendMany(orders.map((order) => claimCheckOf(order)), this.signal);
    await this.jobs.markSent(orders.map(({ jobId }) => jobId), this.signal);
    await this.batches.markFannedOut(batch.batchId, this.signal);
    return batch;
  }

  async look({ owner, jobId }: JobOrder): Promise<Job> {
    const job = await this.jobs.get(owner, jobId, this.signal);
    if (job === undefined) throw new Error(`there is no job ${jobId}`);
    return job;
  }

  /** The job when it looks as expected. */
  when(what: string, order: JobOrder, isSo: (job: Job) => boolean, limitMs = 30_000): Promise<Job> {
    return until(`the job to be ${what}`, async () => {
      const job = await this.look(order);
      return isSo(job) ? job : undefined;
    }, limitMs);
  }

  /** The job when it has ended and nothing is left to do after it. */
  finished(order: JobOrder, limitMs = 30_000): Promise<Job> {
    return this.when('finished', order, ({ status, pendingSteps }) => isTerminal(status) && pendingSteps.length === 0, limitMs);
  }

  async finishedBatch({ owner, batchId }: Pick<Batch, 'owner' | 'batchId'>, limitMs = 30_000): Promise<Batch> {
    return until('the batch to be told of', async () => {
      const batch = await this.batches.get(owner, batchId, this.signal);
      return batch?.endedAtMs !== undefined && batch.pendingSteps.length === 0 ? batch : undefined;
    }, limitMs);
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.close()));
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await Promise.all([this.jobs, this.batches, this.results, this.products, this.sender].map((adapter) => adapter.close()));
    await Promise.all([this.#stack.close(), this.bedrock.close()]);
  }
}

/** The same adapters, but for one. */
function replaced(adapters: DynamicModule, port: unknown, adapter: unknown): DynamicModule {
  const providers = (adapters.providers ?? []).map((provider) => {
    const { provide } = provider as ValueProvider | ClassProvider;
    return provide === port ? { provide, useValue: adapter } : provider;
  });
  return { ...adapters, providers };
}
