import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { StoppedClock, until } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { Redis } from 'ioredis';
import { openRedisChatTickets } from '../index.ts';
import { chatTicketsContract, DEMO_PRINCIPAL } from '../testing/index.ts';

const TABLE = 'manga-chat-tickets';
/** Nothing listens there: ports below 1024 are never given out as free ones. */
const NO_REDIS = 'redis://127.0.0.1:1';

describe('tickets in Redis', () => {
  let stack: LocalStack;
  const before = { ...process.env };
  beforeAll(async () => {
    stack = await startLocalStack();
    Object.assign(process.env, stack.env);
  });
  afterAll(async () => {
    await stack.close();
    process.env = before;
  });

  chatTicketsContract(async () => {
    const clock = new StoppedClock();
    return { tickets: openRedisChatTickets({ url: stack.redisUrl, table: TABLE, clock }), clock };
  });

  it('lie there under their hash, for thirty seconds', async () => {
    const tickets = openRedisChatTickets({ url: stack.redisUrl, table: TABLE });
    const redis = new Redis(stack.redisUrl);
    await redis.flushall();
    // The first ones may be issued before the connection stands, and then lie in DynamoDB.
    const [key = ''] = await until('a ticket in Redis', async () => {
      await tickets.issue(DEMO_PRINCIPAL, undefined);
      const keys = await redis.keys('*');
      return keys.length > 0 ? keys : undefined;
    });
    const ttlSeconds = await redis.ttl(key);

    expect(key).toMatch(/^manga:identity:ticket:v1:[0-9a-f]{64}$/);
    expect(ttlSeconds).toBeGreaterThan(0);
    expect(ttlSeconds).toBeLessThanOrEqual(30);
    redis.disconnect();
    await tickets.close();
  });

  describe('when Redis is down', () => {
    chatTicketsContract(async () => {
      const clock = new StoppedClock();
      return { tickets: openRedisChatTickets({ url: NO_REDIS, table: TABLE, clock }), clock };
    });

    it('lie in DynamoDB, under their hash and with an expiry', async () => {
      const tickets = openRedisChatTickets({ url: NO_REDIS, table: TABLE });
      const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));
      const { ticket } = await tickets.issue(DEMO_PRINCIPAL, undefined);

      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: TABLE }));

      expect(JSON.stringify(Items)).not.toContain(ticket);
      expect(Items).toContainEqual(expect.objectContaining({ ticket_hash: expect.stringMatching(/^[0-9a-f]{64}$/), expires_at: expect.any(Number) }));
      dynamo.destroy();
      await tickets.close();
    });
  });
});
