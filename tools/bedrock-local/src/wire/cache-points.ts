import { isObject } from '../messages/json.ts';

/** Converts a list of Converse blocks; a cachePoint becomes a mark on the block before it, as Claude's own form has it. */
export function markCachePoints<T extends { cache_control?: unknown }>(blocks: readonly unknown[], convert: (block: unknown, index: number) => T[]): T[] {
  const converted: T[] = [];
  for (const [index, block] of blocks.entries()) {
    const point = isObject(block) ? block['cachePoint'] : undefined;
    if (!isObject(point)) {
      converted.push(...convert(block, index));
      continue;
    }
    const last = converted.at(-1);
    if (last) last.cache_control = { type: 'ephemeral', ...(point['ttl'] === undefined ? {} : { ttl: point['ttl'] }) };
  }
  return converted;
}
