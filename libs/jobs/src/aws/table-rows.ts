import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { isFailedCondition, toJobsError } from './jobs-errors.ts';

export type Row = Record<string, unknown>;
export type Key = Record<string, string>;

/** A conditional write. Attributes are written `#name`, values `:name`. */
export interface RowChange {
  update: string;
  when: string;
  values: Record<string, unknown>;
  /** `UPDATED_NEW` when the caller needs no more than what it has set. */
  returns?: 'ALL_NEW' | 'UPDATED_NEW' | 'NONE';
}

export interface RowsWanted {
  index?: string;
  where: string;
  values: Record<string, unknown>;
  limit: number;
  isNewestFirst?: boolean;
  /** The keys of the row to go on after, the index's and the table's. */
  after?: Row;
}

/** The row after the change, or as it stood in the way (none: there was no row). */
export type Changed = { isDone: true; row: Row } | { isDone: false; row: Row | undefined };

export interface TableOptions {
  table: string;
  /** Of one of the two attempts of a call: 300 ms unless said otherwise. Reads of many rows get four times as long. */
  attemptTimeoutMs?: number;
}

const ATTEMPT_TIMEOUT_MS = 300;
const MANY_ROWS_FACTOR = 4;
const MOST_SOCKETS = 100;
/** BatchGetItem leaves keys unread beyond 16 MB or the table's pace: asked again this often. */
const BATCH_READS = 5;

/** One DynamoDB table as the stores of jobs use it: a client of its own, two attempts a call, each with its time, errors in our words. */
export class TableRows {
  readonly #client: DynamoDBClient;
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #manyRowsTimeoutMs: number;

  constructor({ table, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS }: TableOptions) {
    const agent = { keepAlive: true, maxSockets: MOST_SOCKETS };
    this.#client = new DynamoDBClient({
      maxAttempts: 2,
      requestHandler: new NodeHttpHandler({
        connectionTimeout: attemptTimeoutMs,
        requestTimeout: attemptTimeoutMs,
        throwOnRequestTimeout: true,
        httpAgent: new HttpAgent(agent),
        httpsAgent: new HttpsAgent(agent),
      }),
    });
    this.#documents = DynamoDBDocumentClient.from(this.#client, { marshallOptions: { removeUndefinedValues: true } });
    this.#table = table;
    this.#manyRowsTimeoutMs = attemptTimeoutMs * MANY_ROWS_FACTOR;
  }

  async change(key: Key, { update, when, values, returns = 'ALL_NEW' }: RowChange, signal: AbortSignal): Promise<Changed> {
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: key,
      UpdateExpression: update,
      ConditionExpression: when,
      ExpressionAttributeNames: namesIn(update, when),
      ExpressionAttributeValues: values,
      ReturnValues: returns,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return this.#conditional(async () => (await this.#documents.send(command, { abortSignal: signal })).Attributes ?? {}, signal);
  }

  /** Writes the whole row where the condition holds. */
  async put(row: Row, when: string, values: Record<string, unknown>, signal: AbortSignal): Promise<Changed> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: row,
      ConditionExpression: when,
      ExpressionAttributeNames: namesIn(when),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return this.#conditional(async () => {
      await this.#documents.send(command, { abortSignal: signal });
      return row;
    }, signal);
  }

  async delete(key: Key, when: string, values: Record<string, unknown>, signal: AbortSignal): Promise<void> {
    const command = new DeleteCommand({
      TableName: this.#table,
      Key: key,
      ConditionExpression: when,
      ExpressionAttributeNames: namesIn(when),
      ExpressionAttributeValues: values,
    });
    await this.#conditional(async () => {
      await this.#documents.send(command, { abortSignal: signal });
      return {};
    }, signal);
  }

  async get(key: Key, signal: AbortSignal): Promise<Row | undefined> {
    return this.#sent(signal, async () => (await this.#documents.send(new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true }), { abortSignal: signal })).Item);
  }

  /** Those of up to 100 different keys that have a row, in any order. */
  async getMany(keys: readonly Key[], signal: AbortSignal): Promise<Row[]> {
    return this.#sent(signal, async () => {
      const rows: Row[] = [];
      let Keys: Record<string, unknown>[] | undefined = [...keys];
      for (let read = 1; Keys !== undefined && Keys.length > 0; read++) {
        if (read > BATCH_READS) throw new Error(`${Keys.length} rows were left unread ${BATCH_READS} times`);
        const command = new BatchGetCommand({ RequestItems: { [this.#table]: { Keys, ConsistentRead: true } } });
        const { Responses, UnprocessedKeys } = await this.#documents.send(command, this.#manyRows(signal));
        rows.push(...(Responses?.[this.#table] ?? []));
        Keys = UnprocessedKeys?.[this.#table]?.Keys;
      }
      return rows;
    });
  }

  /** In the order of the sort key. `where` is a key condition in the form of `RowChange`. */
  async query(
    { index, where, values, limit, isNewestFirst = false, after }: RowsWanted,
    signal: AbortSignal,
  ): Promise<Row[]> {
    const command = new QueryCommand({
      TableName: this.#table,
      ...(index !== undefined && { IndexName: index }),
      KeyConditionExpression: where,
      ExpressionAttributeNames: namesIn(where),
      ExpressionAttributeValues: values,
      Limit: limit,
      ScanIndexForward: !isNewestFirst,
      ...(after && { ExclusiveStartKey: after }),
    });
    return this.#sent(signal, async () => (await this.#documents.send(command, this.#manyRows(signal))).Items ?? []);
  }

  /** True when any row, or none, can be read. */
  isReachable(key: Key, signal: AbortSignal): Promise<boolean> {
    return this.get(key, signal).then(
      () => true,
      () => false,
    );
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }

  #manyRows(signal: AbortSignal): { abortSignal: AbortSignal; requestTimeout: number } {
    return { abortSignal: signal, requestTimeout: this.#manyRowsTimeoutMs };
  }

  async #conditional(write: () => Promise<Row>, signal: AbortSignal): Promise<Changed> {
    try {
      return { isDone: true, row: await this.#sent(signal, write) };
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      if (!isFailedCondition(cause)) throw error;
      return { isDone: false, row: cause.Item && plainRow(cause.Item) };
    }
  }

  async #sent<T>(signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw toJobsError(error, signal);
    }
  }
}

function namesIn(...expressions: string[]): Record<string, string> {
  const names = expressions.flatMap((expression) => expression.match(/#\w+/g) ?? []);
  return Object.fromEntries(names.map((name) => [name, name.slice(1)]));
}

/** With `:now_s`: the row of a job is there, and its retention is not over. */
export const IS_KNOWN = 'attribute_exists(#request_id) AND #expires_at > :now_s';

/** The retention is over, and only DynamoDB has not noticed yet. */
export function isForgotten(row: Row, nowMs: number): boolean {
  return Number(row['expires_at']) * 1_000 <= nowMs;
}

/** The document client leaves the item of a failed condition as it came. */
function plainRow(item: Record<string, AttributeValue>): Row {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): unknown {
  if (value.N !== undefined) return Number(value.N);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.M !== undefined) return plainRow(value.M);
  if (value.L !== undefined) return value.L.map(plainValue);
  return value.S ?? value.BOOL ?? null;
}
