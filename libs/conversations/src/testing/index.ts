export { aTurn } from './a-turn.ts';
export { conversationStoreContract } from './conversation-store.contract.ts';
export { InMemoryConversationStore } from './in-memory-conversation-store.ts';
