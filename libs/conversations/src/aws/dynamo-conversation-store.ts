import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AppError, SystemClock, type Clock } from '@manga-assist/foundation';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { ConversationStore, type ConversationOwner, type StoredTurn, type TurnBeginning, type TurnLease } from '../conversation-store.ts';
import { RETENTION_MS } from '../retention.ts';
import { fromTurnItem, META, partitionKey, toTurnItem, type TurnItem } from './conversation-items.ts';
import { isFailedCondition, toStoreError } from './dynamo-errors.ts';

export interface DynamoConversationStoreOptions {
  table: string;
  clock?: Clock;
  /** Of one attempt; there are two. 500 unless said otherwise: to wait is better than to refuse a question. */
  attemptTimeoutMs?: number;
}

/** Both attempts and the pause between them. */
const CALL_TIMEOUT_MS = 1_500;
const MOST_SOCKETS = 200;

/** Conversations in one DynamoDB table: `META` holds the lease, each turn is an item of its own. */
export class DynamoConversationStore extends ConversationStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, { table, clock = new SystemClock() }: DynamoConversationStoreOptions) {
    super();
    this.#client = DynamoDBDocumentClient.from(client);
    this.#table = table;
    this.#clock = clock;
  }

  async beginTurn(owner: ConversationOwner, { conversationId, turnId, isNewConversation }: TurnBeginning, leaseMs: number): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const isFree = '(attribute_not_exists(active_turn) OR active_turn = :turn OR lease_until_ms <= :now)';
    const isThere = '(attribute_exists(pk) AND expires_at > :now_s)';
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: { pk: partitionKey(owner, conversationId), sk: META },
      UpdateExpression:
        'SET active_turn = :turn, lease_until_ms = :until, expires_at = :expires, created_at_ms = if_not_exists(created_at_ms, :now), v = :v',
      ConditionExpression: isNewConversation ? isFree : `${isThere} AND ${isFree}`,
      ExpressionAttributeValues: {
        ':turn': turnId,
        ':now': nowMs,
        ':until': nowMs + leaseMs,
        ':expires': this.#expiresAtS(),
        ':v': 1,
        ...(isNewConversation ? {} : { ':now_s': Math.floor(nowMs / 1_000) }),
      },
      // Tells a conversation that is busy from one that is not there, without a second call.
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.#client.send(command, this.#limit());
    } catch (error) {
      if (!isFailedCondition(error)) throw toStoreError(error);
      const isThere = error.Item !== undefined && Number(error.Item['expires_at']?.N ?? 0) * 1_000 > nowMs;
      if (!isThere) throw new AppError('not-found', 'conversations.not-found', 'There is no such conversation.');
      throw new AppError('conflict', 'conversations.turn-in-progress', 'The last question of this conversation is still being answered.');
    }
  }

  async recent(owner: ConversationOwner, conversationId: string, mostTurns: number): Promise<readonly StoredTurn[] | undefined> {
    const command = new QueryCommand({
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partitionKey(owner, conversationId) },
      // From the end: META first, then the newest turns.
      ScanIndexForward: false,
      Limit: mostTurns + 1,
      ConsistentRead: true,
    });
    const { Items = [] } = await this.#client.send(command, this.#limit()).catch((error: unknown) => {
      throw toStoreError(error);
    });
    const nowS = this.#clock.nowMs() / 1_000;
    const [meta, ...turns] = Items.filter((item) => Number(item['expires_at']) > nowS);
    if (meta?.['sk'] !== META) return undefined;
    return turns.map((item) => fromTurnItem(item as TurnItem)).reverse();
  }

  async endTurn(owner: ConversationOwner, conversationId: string, turn: StoredTurn): Promise<void> {
    const pk = partitionKey(owner, conversationId);
    const command = new PutCommand({
      TableName: this.#table,
      Item: toTurnItem(pk, turn, this.#expiresAtS()),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await this.#client.send(command, this.#limit()).catch((error: unknown) => {
      // A failed condition means that an earlier attempt has stored it.
      if (!isFailedCondition(error)) throw toStoreError(error);
    });
    // After the turn is stored: whoever takes the lease next finds it.
    await this.#release(pk, turn.turnId);
  }

  async abandonTurn(owner: ConversationOwner, { conversationId, turnId }: TurnLease): Promise<void> {
    await this.#release(partitionKey(owner, conversationId), turnId);
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(new GetCommand({ TableName: this.#table, Key: { pk: 'readiness', sk: META } }), { abortSignal: signal });
      return true;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }

  async #release(pk: string, turnId: string): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: { pk, sk: META },
      UpdateExpression: 'REMOVE active_turn, lease_until_ms',
      ConditionExpression: 'active_turn = :turn',
      ExpressionAttributeValues: { ':turn': turnId },
    });
    await this.#client.send(command, this.#limit()).catch((error: unknown) => {
      if (!isFailedCondition(error)) throw toStoreError(error);
    });
  }

  #expiresAtS(): number {
    return Math.ceil((this.#clock.nowMs() + RETENTION_MS) / 1_000);
  }

  #limit(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) };
  }
}

/** The store over a DynamoDB client of its own: kept connections, two attempts, each with a deadline. */
export function openDynamoConversationStore(options: DynamoConversationStoreOptions): ConversationStore {
  const { attemptTimeoutMs = 500 } = options;
  const client = new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: attemptTimeoutMs,
      requestTimeout: attemptTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
    }),
  });
  return new DynamoConversationStore(client, options);
}
