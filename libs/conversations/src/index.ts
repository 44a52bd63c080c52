export { openDynamoConversationStore, type DynamoConversationStoreOptions } from './aws/dynamo-conversation-store.ts';
export {
  ConversationStore,
  type ConversationOwner,
  type RecordedToolRound,
  type StoredTurn,
  type TurnBeginning,
  type TurnLease,
} from './conversation-store.ts';
export { windowByTokens } from './window-by-tokens.ts';
