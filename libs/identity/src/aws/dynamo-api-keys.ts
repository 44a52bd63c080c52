import { hash } from 'node:crypto';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { SystemClock, type Clock } from '@manga-assist/foundation';
import { ApiKeys } from '../credentials.ts';
import { apiKeyParts, type ApiKeyParts } from '../keys/api-key.ts';
import { RememberedVerdicts } from '../keys/remembered-verdicts.ts';
import { verifyRecord } from '../keys/verify-record.ts';
import type { Principal } from '../principal.ts';
import { DYNAMO_DEADLINE_MS, openDynamo } from './dynamo-client.ts';
import { toIdentityError } from './dynamo-errors.ts';

interface DynamoApiKeysOptions {
  /** The table, keyed by `key_id`. */
  table: string;
  /** Without it the hashes in the table are worthless. */
  pepper: string;
  clock?: Clock;
}

class DynamoApiKeys extends ApiKeys {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #pepper: string;
  readonly #clock: Clock;
  /** By the key's hash: a dump of the process holds no key longer than its request. */
  readonly #verdicts: RememberedVerdicts<Principal | undefined>;

  constructor(dynamo: DynamoDBDocumentClient, { table, pepper, clock = new SystemClock() }: DynamoApiKeysOptions) {
    super();
    this.#dynamo = dynamo;
    this.#table = table;
    this.#pepper = pepper;
    this.#clock = clock;
    this.#verdicts = new RememberedVerdicts(clock);
  }

  async verify(apiKey: string, signal: AbortSignal): Promise<Principal | undefined> {
    signal.throwIfAborted();
    return this.#verdicts.get(hash('sha256', apiKey, 'base64'), async () => {
      const parts = apiKeyParts(apiKey);
      return parts && this.#lookUp(parts);
    });
  }

  async #lookUp({ keyId, secret }: ApiKeyParts): Promise<Principal | undefined> {
    try {
      const { Item } = await this.#dynamo.send(new GetCommand({ TableName: this.#table, Key: { key_id: keyId }, ConsistentRead: true }), {
        // Not the caller's signal: others may be waiting for the same answer.
        abortSignal: AbortSignal.timeout(DYNAMO_DEADLINE_MS),
      });
      return verifyRecord(secret, Item, this.#pepper, this.#clock.nowMs());
    } catch (error) {
      throw toIdentityError(error);
    }
  }

  async close(): Promise<void> {
    this.#dynamo.destroy();
  }
}

/** API keys in DynamoDB; a verdict, good or bad, is remembered for five seconds. */
export function openDynamoApiKeys(options: DynamoApiKeysOptions): ApiKeys {
  return new DynamoApiKeys(openDynamo(), options);
}
