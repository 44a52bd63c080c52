export { apiKeysContract, type OpenedApiKeys } from './api-keys.contract.ts';
export { chatTicketsContract } from './chat-tickets.contract.ts';
export { inMemoryChatTickets } from './in-memory-chat-tickets.ts';
export { DEMO_PRINCIPAL, KnownApiKeys } from './known-api-keys.ts';
