export { cacheKey } from './cache-key.ts';
export { CacheStore } from './cache-store.ts';
export { MemoryCacheStore, type MemoryCacheOptions } from './memory/memory-cache-store.ts';
export { openRedisCacheStore, type RedisCacheOptions } from './redis/redis-cache-store.ts';
export { ResponseCache, type CachedAnswer, type CacheOrigin, type LoadOptions, type ResponseCacheOptions } from './response-cache.ts';
