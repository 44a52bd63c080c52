import { failedCondition } from './condition-failures.ts';
import { isAnswerable, refusal, type Body, type Item } from './dynalite.ts';
import type { Engine, Standing } from './engine.ts';

/** AWS's limit on the items of one transaction. */
const MOST_ITEMS = 100;
/** AWS remembers a ClientRequestToken for ten minutes. */
const TOKEN_LIFE_MS = 600_000;

type Reason = { Code: string; Message?: string; Item?: unknown };

interface Step {
  operation: 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheck';
  request: Body;
  standing: Standing;
}

const OPERATION_OF = new Map<string, Step['operation']>([
  ['Put', 'PutItem'],
  ['Update', 'UpdateItem'],
  ['Delete', 'DeleteItem'],
  ['ConditionCheck', 'ConditionCheck'],
]);

/** TransactWriteItems and TransactGetItems over an engine. The caller sees to it that nothing else runs meanwhile. */
export class Transactions {
  readonly #engine: Engine;
  readonly #done = new Map<string, { items: string; atMs: number }>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async write(request: Body): Promise<Body> {
    const items = transactItems(request);
    const token = request['ClientRequestToken'] as string | undefined;
    if (token !== undefined && this.#isRepeat(token, items)) return {};
    const { steps, reasons } = await this.#plan(items);
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    await this.#carryOut(steps, reasons);
    if (token !== undefined) this.#done.set(token, { items: JSON.stringify(items), atMs: Date.now() });
    return {};
  }

  async read(request: Body): Promise<Body> {
    const gets = transactItems(request).map((item) => {
      const get = item['Get'];
      if (!get) throw refusal('ValidationException', 'Each transact item needs exactly one operation');
      return get;
    });
    const answers = await Promise.all(gets.map((get) => this.#engine.run('GetItem', { ...get, ConsistentRead: true })));
    return { Responses: answers.map(({ Item: item }) => (item ? { Item: item } : {})) };
  }

  /** Checks every condition before anything is written. */
  async #plan(items: Record<string, Body>[]): Promise<{ steps: Step[]; reasons: Reason[] }> {
    const steps: Step[] = [];
    const reasons: Reason[] = [];
    const touched = new Set<string>();
    for (const item of items) {
      const [[kind, request] = ['', {}], ...others] = Object.entries(item);
      const operation = OPERATION_OF.get(kind);
      if (!operation || others.length > 0) throw refusal('ValidationException', 'Each transact item needs exactly one operation');
      // A condition check says what a conditional delete says, and is never carried out.
      const data = this.#engine.checked(operation === 'ConditionCheck' ? 'DeleteItem' : operation, request);
      const tableName = String(request['TableName']);
      const standing = await this.#engine.standing(tableName, (request['Key'] ?? request['Item']) as Item);
      const identity = `${tableName}|${standing.key}`;
      if (touched.has(identity)) throw refusal('ValidationException', 'Transaction request cannot include multiple operations on one item');
      touched.add(identity);
      const failure = failedCondition(data, standing.item);
      reasons.push(failure ? { Code: 'ConditionalCheckFailed', Message: failure.message, Item: failure.body['Item'] } : { Code: 'None' });
      steps.push({ operation, request, standing });
    }
    return { steps, reasons };
  }

  /** Writes one after the other; a step that fails (an item grown too large, say) undoes those before it. */
  async #carryOut(steps: Step[], reasons: Reason[]): Promise<void> {
    const written: Standing[] = [];
    for (const [index, { operation, request, standing }] of steps.entries()) {
      if (operation === 'ConditionCheck') continue;
      written.push(standing);
      try {
        await this.#engine.run(operation, request);
      } catch (error) {
        for (const before of written.reverse()) await this.#engine.putBack(before);
        if (!isAnswerable(error)) throw error;
        reasons[index] = { Code: 'ValidationError', Message: error.message };
        throw cancelled(reasons);
      }
    }
  }

  #isRepeat(token: string, items: Record<string, Body>[]): boolean {
    for (const [known, { atMs }] of this.#done) if (Date.now() - atMs > TOKEN_LIFE_MS) this.#done.delete(known);
    const before = this.#done.get(token);
    if (before && before.items !== JSON.stringify(items)) {
      throw refusal('IdempotentParameterMismatchException', 'The token was used with other parameters');
    }
    return before !== undefined;
  }
}

function transactItems(request: Body): Record<string, Body>[] {
  const items = request['TransactItems'];
  if (!Array.isArray(items) || items.length === 0 || items.length > MOST_ITEMS) {
    throw refusal('ValidationException', `Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and ${MOST_ITEMS}`);
  }
  return items as Record<string, Body>[];
}

function cancelled(reasons: Reason[]) {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return refusal('TransactionCanceledException', message, { CancellationReasons: reasons });
}
