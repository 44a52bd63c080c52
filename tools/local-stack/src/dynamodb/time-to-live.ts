import { setTimeout as pause } from 'node:timers/promises';
import { refusal, type Body, type Item } from './dynalite.ts';
import type { Engine } from './engine.ts';
import type { Gate } from './gate.ts';

/** AWS leaves an item alone whose time is more than five years past: it is taken for a mistake. */
const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

/** Items a look takes in at a time: a look stops the whole server for as long as it lasts. */
const ITEMS_AT_A_TIME = 100;
/** Of a sweep's time this part is work, so that large tables are swept more slowly and never felt. */
const WORKING_PART = 0.1;

/**
 * Time to live: the API and a real sweeper. AWS may take 48 hours over an expired item, so code under
 * test must not rely on the sweeper's speed. Settings live as long as the process, as the tables do.
 */
export class TimeToLive {
  readonly #engine: Engine;
  readonly #gate: Gate;
  readonly #attributes = new Map<string, string>();
  readonly #sweepEveryMs: number;
  readonly #end = new AbortController();
  readonly #sweeping: Promise<void>;

  constructor(engine: Engine, gate: Gate, sweepEveryMs: number) {
    this.#engine = engine;
    this.#gate = gate;
    this.#sweepEveryMs = sweepEveryMs;
    this.#sweeping = this.#sweepAgainAndAgain();
  }

  async update(request: Body): Promise<Body> {
    const { TableName: tableName, TimeToLiveSpecification: given } = request as { TableName: string; TimeToLiveSpecification?: Body };
    const attribute = given?.['AttributeName'];
    if (!given || typeof attribute !== 'string' || attribute === '') {
      throw refusal('ValidationException', 'TimeToLiveSpecification needs AttributeName and Enabled');
    }
    await this.#engine.table(tableName);
    if (given['Enabled'] === true) this.#attributes.set(tableName, attribute);
    else this.#attributes.delete(tableName);
    return { TimeToLiveSpecification: given };
  }

  async describe(request: Body): Promise<Body> {
    const tableName = String(request['TableName']);
    await this.#engine.table(tableName);
    const attribute = this.#attributes.get(tableName);
    return { TimeToLiveDescription: attribute ? { TimeToLiveStatus: 'ENABLED', AttributeName: attribute } : { TimeToLiveStatus: 'DISABLED' } };
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#sweeping;
  }

  async #sweepAgainAndAgain(): Promise<void> {
    for (;;) {
      await this.#rest(this.#sweepEveryMs);
      if (this.#end.signal.aborted) return;
      await this.#sweep();
    }
  }

  /** Ends early when the server stops. */
  async #rest(timeMs: number): Promise<void> {
    await pause(timeMs, undefined, { signal: this.#end.signal, ref: false }).catch(() => undefined);
  }

  async #sweep(): Promise<void> {
    for (const [tableName, attribute] of this.#attributes) {
      try {
        await this.#sweepTable(tableName, attribute);
      } catch {
        // The table was deleted, or is about to be: there is nothing left to expire in it.
        if (!(await this.#engine.table(tableName).catch(() => undefined))) this.#attributes.delete(tableName);
      }
    }
  }

  async #sweepTable(tableName: string, attribute: string): Promise<void> {
    const { KeySchema: keys } = await this.#engine.table(tableName);
    const now = Math.floor(Date.now() / 1000);
    const expired = {
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':floor': { N: String(now - FIVE_YEARS_SECONDS) }, ':now': { N: String(now) } },
    };
    let from: unknown;
    do {
      const startedAtMs = performance.now();
      const page = { TableName: tableName, Limit: ITEMS_AT_A_TIME, ExclusiveStartKey: from, FilterExpression: '#ttl BETWEEN :floor AND :now', ...expired };
      const { Items: items, LastEvaluatedKey: last } = (await this.#gate.shared(() => this.#engine.run('Scan', page))) as {
        Items: Item[];
        LastEvaluatedKey?: unknown;
      };
      for (const item of items) {
        const key = Object.fromEntries(keys.map(({ AttributeName: name }) => [name, item[name]]));
        // The item may have been given a longer life since the scan.
        const removal = { TableName: tableName, Key: key, ConditionExpression: '#ttl BETWEEN :floor AND :now', ...expired };
        await this.#gate.shared(() => this.#engine.run('DeleteItem', removal)).catch(() => undefined);
      }
      from = last;
      const workedMs = performance.now() - startedAtMs;
      if (from !== undefined) await this.#rest(workedMs / WORKING_PART - workedMs);
    } while (from !== undefined && !this.#end.signal.aborted);
  }
}
