import { createHash } from 'node:crypto';
import { isObject } from '../messages/json.ts';
import type { Model } from '../models/model-directory.ts';
import { validation } from '../wire/bedrock-error.ts';
import type { PromptPart } from './prompt-part.ts';

export type CacheTtl = '5m' | '1h';

/** How the input of one call splits; the three add up to all of it. */
export interface CacheUse {
  read: number;
  write5m: number;
  write1h: number;
}

export const NO_CACHE: CacheUse = { read: 0, write5m: 0, write1h: 0 };

const MINUTES: Record<CacheTtl, number> = { '5m': 5, '1h': 60 };
const MOST_BREAKPOINTS = 4;
const ENTRIES_BEFORE_CLEANING = 10_000;
/** A breakpoint also finds prefixes that ended this many blocks before it. */
const BLOCKS_LOOKED_BACK = 20;

interface Prefix {
  hash: string;
  tokens: number;
  ttl: CacheTtl | undefined;
}

/** Which prompt prefixes each model has seen lately. It stores hashes, never words, and only counts: answers are not any faster. */
export class PromptCache {
  private readonly entries = new Map<string, { expiresAt: number; ttl: CacheTtl }>();
  private readonly minuteMs: number;
  private mostEntries = ENTRIES_BEFORE_CLEANING;

  constructor(minuteMs: number) {
    this.minuteMs = minuteMs;
  }

  /** Counts the call's prompt against the cache and remembers its prefixes; too short ones are passed over in silence, as on Bedrock. */
  use(model: Model, parts: readonly PromptPart[]): CacheUse {
    const breakpoints = parts.filter(({ cacheControl }) => cacheControl !== undefined);
    checkBreakpoints(breakpoints.map(({ cacheControl }) => ttlOf(cacheControl)));
    const minimum = model.cacheMinimumTokens;
    if (breakpoints.length === 0 || minimum === null) return NO_CACHE;
    const prefixes = prefixesOf(model.id, parts);
    const read = this.longestRead(prefixes, minimum);
    const use = { read: read === undefined ? 0 : (prefixes[read]?.tokens ?? 0), write5m: 0, write1h: 0 };
    let counted = use.read;
    for (const [index, { hash, tokens, ttl }] of prefixes.entries()) {
      if (ttl === undefined || tokens < minimum) continue;
      if (index > (read ?? -1)) {
        use[ttl === '1h' ? 'write1h' : 'write5m'] += tokens - counted;
        counted = tokens;
      }
      this.entries.set(hash, { expiresAt: this.expiry(ttl), ttl });
    }
    if (this.entries.size > this.mostEntries) this.forgetExpired();
    return use;
  }

  clear(): void {
    this.entries.clear();
  }

  /** Prefixes that nobody asks for again would stay for ever; looking them through pays only now and then. */
  private forgetExpired(): void {
    const now = performance.now();
    for (const [hash, { expiresAt }] of this.entries) if (expiresAt <= now) this.entries.delete(hash);
    this.mostEntries = Math.max(ENTRIES_BEFORE_CLEANING, this.entries.size * 2);
  }

  private longestRead(prefixes: readonly Prefix[], minimum: number): number | undefined {
    for (let end = prefixes.length - 1; end >= 0; end--) {
      const breakpoint = prefixes[end];
      if (breakpoint?.ttl === undefined) continue;
      for (let index = end; index >= 0 && index > end - BLOCKS_LOOKED_BACK; index--) {
        const prefix = prefixes[index];
        if (prefix && prefix.tokens >= minimum && this.touch(prefix.hash)) return index;
      }
    }
    return undefined;
  }

  /** A read keeps an entry alive for another time to live. */
  private touch(hash: string): boolean {
    const entry = this.entries.get(hash);
    if (!entry) return false;
    if (entry.expiresAt <= performance.now()) return !this.entries.delete(hash);
    entry.expiresAt = this.expiry(entry.ttl);
    return true;
  }

  private expiry(ttl: CacheTtl): number {
    return performance.now() + MINUTES[ttl] * this.minuteMs;
  }
}

function prefixesOf(modelId: string, parts: readonly PromptPart[]): Prefix[] {
  const hash = createHash('sha256').update(modelId);
  let tokens = 0;
  return parts.map((part) => {
    hash.update(`\u0000${part.text()}`);
    tokens += part.tokens;
    return { hash: hash.copy().digest('base64'), tokens, ttl: part.cacheControl === undefined ? undefined : ttlOf(part.cacheControl) };
  });
}

function ttlOf(cacheControl: unknown): CacheTtl {
  const ttl = isObject(cacheControl) ? (cacheControl['ttl'] ?? '5m') : '5m';
  if (ttl !== '5m' && ttl !== '1h') throw validation(`cache_control.ttl: Input should be '5m' or '1h'`);
  return ttl;
}

function checkBreakpoints(ttls: readonly CacheTtl[]): void {
  if (ttls.length > MOST_BREAKPOINTS) throw validation(`A maximum of ${MOST_BREAKPOINTS} blocks with cache_control may be provided. Found ${ttls.length}.`);
  if (ttls.some((ttl, index) => ttl === '1h' && ttls.slice(0, index).includes('5m'))) {
    throw validation("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.");
  }
}
