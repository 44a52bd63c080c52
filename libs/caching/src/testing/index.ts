export { cacheStoreContract, type CacheStoreUnderTest } from './cache-store.contract.ts';
export { startGatedRedis, type GatedRedis } from './gated-redis.ts';
export { UnreachableCacheStore } from './unreachable-cache-store.ts';
