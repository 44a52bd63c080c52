import { describe, expect, it } from '@jest/globals';
import { conversationStoreContract } from './conversation-store.contract.ts';
import { InMemoryConversationStore } from './in-memory-conversation-store.ts';

describe('InMemoryConversationStore', () => {
  conversationStoreContract((clock) => new InMemoryConversationStore(clock));

  it('fails as a table that cannot be reached when it is down', async () => {
    const store = new InMemoryConversationStore();
    store.isDown = true;

    await expect(store.recent({ tenantId: 'store', subject: 's' }, 'c', 1)).rejects.toMatchObject({ code: 'conversations.unavailable' });
  });
});
