import { BatchWriteItemCommand, DynamoDBClient, type BatchWriteItemCommandInput, type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-dynamodb';
import { SystemClock, type Clock } from '@manga-assist/foundation';
import { SystemTimers, withDeadline, type Timer, type Timers } from '@manga-assist/resilience';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { CallLogger } from '../call-logger.ts';
import { UsageLedger, type LedgerEntry } from '../usage-ledger.ts';
import { leaveOutTheNeedless } from './lean-client.ts';
import { ledgerRow } from './ledger-item.ts';
import { Sha256 } from './sha256.ts';

export interface DynamoUsageLedgerOptions {
  table: string;
  clock?: Clock;
  logger?: CallLogger;
  /** Overrides what the SDK finds itself (AWS_ENDPOINT_URL_DYNAMODB, else the region's endpoint). */
  endpoint?: string;
  /** How long an entry may wait for company. */
  writeEveryMs?: number;
  /** Beyond this many waiting entries new ones are dropped and counted: the ledger must not take a service down. */
  maxWaiting?: number;
  /** One batch with its one retry. */
  writeTimeoutMs?: number;
  timers?: Timers;
}

/** DynamoDB's limit for BatchWriteItem. */
const BATCH_SIZE = 25;
/** Written at once, when that many are full: one at a time falls behind a busy core. */
const MOST_BATCHES = 4;
/** While DynamoDB is away: from `writeEveryMs` doubled up to this. */
const MAX_PAUSE_MS = 5_000;
/** Draining a service must end: this many failed batches in a row and the rest is given up. */
const FLUSH_ATTEMPTS = 5;

/** Opens the ledger in DynamoDB (pk `T#<tenant>#D#<yyyy-mm-dd>`, sk the call's id). */
export function openDynamoUsageLedger(options: DynamoUsageLedgerOptions): UsageLedger {
  const agentOptions = { keepAlive: true, maxSockets: MOST_BATCHES };
  const client = new DynamoDBClient({
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    maxAttempts: 2,
    sha256: Sha256,
    requestHandler: new NodeHttpHandler({ httpAgent: new HttpAgent(agentOptions), httpsAgent: new HttpsAgent(agentOptions) }),
  });
  leaveOutTheNeedless(client);
  client.middlewareStack.addRelativeTo(takeBodyOfInput, { relation: 'after', toMiddleware: 'serializerMiddleware', name: 'takeBodyOfInput' });
  return new DynamoUsageLedger(client, options);
}

/** A batch with the body that it is to be sent with. */
interface WrittenBatch extends BatchWriteItemCommandInput {
  body: string;
}

type Handler = (args: { input: ServiceInputTypes; request: unknown }) => Promise<{ response: unknown; output: ServiceOutputTypes }>;

/** The SDK's own way through 25 rows (marshalling, then the schema of every attribute) takes milliseconds of CPU. */
const takeBodyOfInput: (next: Handler) => Handler = (next) => (args) => {
  (args.request as { body: string }).body = (args.input as WrittenBatch).body;
  return next(args);
};

/** Writes behind its callers, in batches, from a bounded queue. */
export class DynamoUsageLedger extends UsageLedger {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #logger: CallLogger | undefined;
  readonly #writeEveryMs: number;
  readonly #maxWaiting: number;
  readonly #writeTimeoutMs: number;
  /** By call id, so that an entry recorded twice is one row: a batch with a key twice is refused whole. */
  readonly #waiting = new Map<string, LedgerEntry>();
  #writing: Promise<void> | undefined;
  #timer: Timer | undefined;
  #failuresInARow = 0;
  #dropped = 0;

  constructor(client: DynamoDBClient, options: DynamoUsageLedgerOptions) {
    super();
    this.#client = client;
    this.#table = options.table;
    this.#clock = options.clock ?? new SystemClock();
    this.#timers = options.timers ?? new SystemTimers();
    this.#logger = options.logger;
    this.#writeEveryMs = options.writeEveryMs ?? 200;
    this.#maxWaiting = options.maxWaiting ?? 10_000;
    this.#writeTimeoutMs = options.writeTimeoutMs ?? 600;
  }

  record(entry: LedgerEntry): void {
    if (this.#waiting.size >= this.#maxWaiting && !this.#waiting.has(entry.callId)) {
      this.#dropped++;
      return;
    }
    this.#waiting.set(entry.callId, entry);
    if (this.#waiting.size >= BATCH_SIZE && this.#failuresInARow === 0) this.#writeSoon(0);
    else this.#writeSoon(this.#writeEveryMs);
  }

  async flush(): Promise<void> {
    this.#stopTimer();
    await this.#writing;
    const failuresBefore = this.#failuresInARow;
    while (this.#waiting.size > 0 && this.#failuresInARow - failuresBefore < FLUSH_ATTEMPTS) await this.#writeRound();
    this.#stopTimer();
    if (this.#waiting.size > 0) this.#logger?.warn({ waiting: this.#waiting.size }, 'ledger entries could not be written');
  }

  async close(): Promise<void> {
    await this.flush();
    this.#client.destroy();
  }

  #writeSoon(delayMs: number): void {
    if (this.#writing) return;
    if (delayMs === 0) {
      this.#stopTimer();
      this.#writing = this.#writeAll();
    } else {
      this.#timer ??= this.#timers.start(delayMs, () => this.#writeSoon(0));
    }
  }

  #stopTimer(): void {
    this.#timer?.stop();
    this.#timer = undefined;
  }

  async #writeAll(): Promise<void> {
    do await this.#writeRound();
    while (this.#waiting.size >= BATCH_SIZE && this.#failuresInARow === 0);
    this.#writing = undefined;
    if (this.#waiting.size > 0) this.#writeSoon(Math.min(MAX_PAUSE_MS, this.#writeEveryMs * 2 ** this.#failuresInARow));
  }

  /** Never throws. What was not written waits on. */
  async #writeRound(): Promise<void> {
    const next = [...this.#waiting.values()].slice(0, BATCH_SIZE * MOST_BATCHES);
    const batches = Array.from({ length: Math.ceil(next.length / BATCH_SIZE) }, (_, index) => next.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE));
    const areWritten = await Promise.all(batches.map((batch) => this.#writeBatch(batch)));
    this.#failuresInARow = areWritten.every(Boolean) ? 0 : this.#failuresInARow + 1;
    this.#reportDropped();
  }

  /** False when something was left behind: by a throttled table, that is a failure for the pace, not for the rows that went through. */
  async #writeBatch(batch: readonly LedgerEntry[]): Promise<boolean> {
    const deadline = withDeadline(new AbortController().signal, this.#writeTimeoutMs, { clock: this.#clock, timers: this.#timers });
    try {
      const puts = batch.map((entry) => `{"PutRequest":{"Item":${ledgerRow(entry)}}}`);
      const input: WrittenBatch = { RequestItems: {}, body: `{"RequestItems":{${JSON.stringify(this.#table)}:[${puts.join(',')}]}}` };
      const { UnprocessedItems } = await this.#client.send(new BatchWriteItemCommand(input), { abortSignal: deadline.signal });
      const unprocessed = new Set((UnprocessedItems?.[this.#table] ?? []).map(({ PutRequest }) => PutRequest?.Item?.['sk']?.S));
      this.#forget(batch.filter(({ callId }) => !unprocessed.has(callId)));
      return unprocessed.size === 0;
    } catch (error) {
      const name = (error as { name?: unknown }).name;
      this.#logger?.warn({ error: name, waiting: this.#waiting.size }, 'ledger entries were not written and wait');
      // A row that DynamoDB refuses would hold up all others for ever.
      if (name === 'ValidationException') this.#drop(batch);
      return false;
    } finally {
      deadline.clear();
    }
  }

  #forget(written: readonly LedgerEntry[]): void {
    for (const entry of written) {
      // Recorded again while it was being written: the newer one has yet to go.
      if (this.#waiting.get(entry.callId) === entry) this.#waiting.delete(entry.callId);
    }
  }

  #drop(batch: readonly LedgerEntry[]): void {
    this.#dropped += batch.length;
    this.#forget(batch);
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    this.#logger?.warn({ dropped: this.#dropped }, 'ledger entries were dropped');
    this.#dropped = 0;
  }
}
