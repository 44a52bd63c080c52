import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import type { ConversationStore } from '../conversation-store.ts';
import { conversationStoreContract } from '../testing/conversation-store.contract.ts';
import { openDynamoConversationStore } from './dynamo-conversation-store.ts';

let stack: LocalStack;
const opened: ConversationStore[] = [];
const table = 'manga-conversations';

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
}, 30_000);

afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await stack.close();
});

describe('DynamoConversationStore', () => {
  // Generous: the suite shares its cores, and what it proves is not the deadline.
  conversationStoreContract((clock) => {
    const store = openDynamoConversationStore({ table, clock, attemptTimeoutMs: 5_000 });
    opened.push(store);
    return store;
  });

  it('says unavailable when nobody listens, and when nobody answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;

    for (const endpoint of [`http://127.0.0.1:${port}`, 'http://127.0.0.1:1']) {
      process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
      const store = openDynamoConversationStore({ table, attemptTimeoutMs: 50 });
      opened.push(store);

      await expect(store.recent({ tenantId: 't', subject: 's' }, 'c', 1)).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'conversations.unavailable',
      });
      expect(await store.isReachable(AbortSignal.timeout(200))).toBe(false);
    }
    silent.close();
  });
});
