import { refusal, type Body, type Item } from './dynalite.ts';
import type { Engine } from './engine.ts';
import type { Gate } from './gate.ts';

/** AWS leaves an item alone whose time is more than five years past: it is taken for a mistake. */
const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

/**
 * Time to live: the API and a real sweeper. AWS may take 48 hours over an expired item, so code under
 * test must not rely on the sweeper's speed. Settings live as long as the process, as the tables do.
 */
export class TimeToLive {
  readonly #engine: Engine;
  readonly #gate: Gate;
  readonly #attributes = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(engine: Engine, gate: Gate, sweepEveryMs: number) {
    this.#engine = engine;
    this.#gate = gate;
    this.#timer = setInterval(() => {
      this.#sweeping = this.#sweeping.then(() => this.#sweep());
    }, sweepEveryMs);
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
    clearInterval(this.#timer);
    await this.#sweeping;
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
      const page = { TableName: tableName, ExclusiveStartKey: from, FilterExpression: '#ttl BETWEEN :floor AND :now', ...expired };
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
    } while (from !== undefined);
  }
}
