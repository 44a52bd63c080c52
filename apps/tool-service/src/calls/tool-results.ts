import { MemoryCacheStore, ResponseCache } from '@manga-assist/caching';
import { canonicalSha256, Clock, type Json, type JsonObject } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { ToolServiceConfig } from '../config.ts';
import { CatalogueRevision } from '../search/catalogue-revision.ts';
import type { ToolInput, ToolOutcome } from '../tools/tool.ts';
import { ToolMetrics } from './tool-metrics.ts';
import { Toolbox } from './toolbox.ts';

const MOST_KEPT = 2_000;
const MOST_KEPT_BYTES = 32 * 1024 * 1024;

export interface RepeatableCall {
  tool: string;
  input: ToolInput;
  language: 'en' | 'ja';
  tenantId: string;
  /** The caller's own: its abort ends this caller's waiting, and the work only when nobody else waits. */
  signal: AbortSignal;
}

/**
 * Results of tools that find the same for everybody, kept for a short while and found once at a time.
 * The key names the state of the catalogue, so a result dies with the first change after it, a sale too.
 */
@Injectable()
export class ToolResults {
  readonly #cache: ResponseCache<Json>;

  constructor(
    private readonly config: ToolServiceConfig,
    private readonly toolbox: Toolbox,
    private readonly revision: CatalogueRevision,
    private readonly metrics: ToolMetrics,
    clock: Clock,
  ) {
    this.#cache = new ResponseCache({
      memory: new MemoryCacheStore({ mostEntries: MOST_KEPT, mostBytes: MOST_KEPT_BYTES, clock }),
      // Every process follows the catalogue by itself: what one has found is not for another. This one keeps nothing.
      redis: new MemoryCacheStore({ mostEntries: 0, mostBytes: 0 }),
      // Nobody else writes here.
      read: (value) => value as Json,
      clock,
    });
  }

  async getOrFind({ signal, ...call }: RepeatableCall, find: (signal: AbortSignal) => Promise<ToolOutcome>): Promise<ToolOutcome> {
    if (this.config.resultCacheMs === 0) return find(signal);
    const key = canonicalSha256({ ...call, input: call.input as JsonObject, version: this.toolbox.list.version, catalogue: this.revision.current });
    const { isSettled } = this.revision;
    const { value, origin } = await this.#cache.getOrLoad(key, (end) => find(end) as Promise<unknown> as Promise<Json>, {
      // What could not be found just now may be found at once after, and what an index had not taken in yet a little later.
      isCacheable: (outcome) => isSettled && (outcome as unknown as ToolOutcome).status === 'success',
      ttlSeconds: this.config.resultCacheMs / 1_000,
      signal,
    });
    this.metrics.gave(call.tool, origin);
    return value as unknown as ToolOutcome;
  }
}
