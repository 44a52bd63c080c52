export { openDynamoApiKeys } from './aws/dynamo-api-keys.ts';
export { ApiKeys, ChatTickets, hasScope, ServiceTokens, type ServiceTokenClaims } from './credentials.ts';
export { openServiceTokens, type ServiceTokensOptions } from './jwt/jwt-service-tokens.ts';
export { apiKeyRecord, generateApiKey, type ApiKeyRecord } from './keys/api-key.ts';
export { SCOPES, type Principal, type Scope } from './principal.ts';
export { openRedisChatTickets, type RedisChatTicketsOptions } from './redis/redis-chat-tickets.ts';
