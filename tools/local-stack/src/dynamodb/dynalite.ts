// dynalite's own modules, typed. It ships no types and no supported way to add operations, so the
// version is pinned exactly in the root package.json and everything used of it stands in this file.
import { createRequire } from 'node:module';

export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;
/** The body of a request or an answer, as DynamoDB's JSON protocol has it. */
export type Body = Record<string, unknown>;

export interface Table {
  TableName: string;
  KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
}

/** An error that DynamoDB would answer with: `body` is what goes over the wire. */
export interface AnswerableError extends Error {
  statusCode: number;
  body: Body & { __type: string };
}

type Callback<T> = (error: Error | null | undefined, value: T) => void;

interface ItemDb {
  get(key: string, callback: Callback<Item>): void;
  put(key: string, item: Item, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
}

export interface Store {
  db: { close(callback: Callback<void>): void };
  getTable(name: string, callback: Callback<Table>): void;
  getItemDb(tableName: string): ItemDb;
}

interface Database {
  create(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store;
  createKey(keyOrItem: Item, table: Table): string;
  /** The refusal, or nothing when the condition of a validated request holds for the item as it stands. */
  checkConditional(data: Body, existing: Item | undefined): AnswerableError | null | undefined;
  updateIndexes(store: Store, table: Table, from: Item | undefined, to: Item | undefined, callback: Callback<void>): void;
}

interface Validations {
  checkTypes(data: Body, types: object): Body;
  checkValidations(data: Body, types: object, custom: unknown, store: Store): void;
}

interface OperationModule {
  types: object;
  custom: unknown;
}

const load = createRequire(import.meta.url);

export const database = load('dynalite/db') as Database;
export const validations = load('dynalite/validations') as Validations;

const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
];

/** What dynalite does itself: how a request is checked and how it is carried out. */
export const operations = new Map(
  OPERATIONS.map((name) => {
    const file = name.charAt(0).toLowerCase() + name.slice(1);
    return [
      name,
      {
        rules: load(`dynalite/validations/${file}`) as OperationModule,
        run: load(`dynalite/actions/${file}`) as (store: Store, data: Body, callback: Callback<Body>) => void,
      },
    ];
  }),
);

/** Turns a callback call into a promise. */
export function promised<T>(call: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}

export function isAnswerable(error: unknown): error is AnswerableError {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}

/** An error of DynamoDB's own, such as `ValidationException`. */
export function refusal(type: string, message: string, more: Body = {}): AnswerableError {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, Message: message, ...more };
  return Object.assign(new Error(message), { statusCode: 400, body });
}
