import { database, operations, promised, refusal, validations, type Body, type Item, type Store, type Table } from './dynalite.ts';

/** An item as it stands, with what is needed to put it back. */
export interface Standing {
  table: Table;
  key: string;
  item: Item | undefined;
}

/** dynalite's operations on one in-memory store, as promises. */
export class Engine {
  readonly #running = new Set<Promise<unknown>>();
  readonly #store: Store = database.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

  knows(operation: string): boolean {
    return operations.has(operation);
  }

  /** The request as dynalite's checks leave it (expressions parsed); throws what DynamoDB would answer. */
  checked(operation: string, request: Body): Body {
    const { rules } = this.#operation(operation);
    // checkTypes removes what it does not know from its argument, and that is the caller's.
    const data = validations.checkTypes({ ...request }, rules.types);
    validations.checkValidations(data, rules.types, rules.custom, this.#store);
    if (request['ReturnValuesOnConditionCheckFailure'] !== undefined) {
      data['ReturnValuesOnConditionCheckFailure'] = request['ReturnValuesOnConditionCheckFailure'];
    }
    return data;
  }

  async run(operation: string, request: Body): Promise<Body> {
    const data = this.checked(operation, request);
    const running = promised<Body>((callback) => this.#operation(operation).run(this.#store, data, callback));
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  table(name: string): Promise<Table> {
    return promised((callback) => this.#store.getTable(name, callback));
  }

  async standing(tableName: string, keyOrItem: Item): Promise<Standing> {
    const table = await this.table(tableName);
    const key = database.createKey(keyOrItem, table);
    const item = await promised<Item>((callback) => this.#store.getItemDb(tableName).get(key, callback)).catch((error: Error) => {
      if (error.name === 'NotFoundError') return undefined;
      throw error;
    });
    return { table, key, item };
  }

  /** Makes the item what it was, whatever it is now. */
  async putBack({ table, key, item }: Standing): Promise<void> {
    const itemDb = this.#store.getItemDb(table.TableName);
    const now = await promised<Item>((callback) => itemDb.get(key, callback)).catch(() => undefined);
    await promised<void>((callback) => database.updateIndexes(this.#store, table, now, item, callback));
    await promised<void>((callback) => (item ? itemDb.put(key, item, callback) : itemDb.del(key, callback)));
  }

  /** Lets what runs end first: dynalite takes the process down when its store closes under an operation. */
  async close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await promised<void>((callback) => this.#store.db.close(callback));
  }

  #operation(name: string) {
    const operation = operations.get(name);
    if (!operation) throw refusal('UnknownOperationException', `${name} is not emulated`);
    return operation;
  }
}
