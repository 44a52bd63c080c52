import type { Principal } from '@manga-assist/identity';
import type { CatalogueResults } from './catalogue-results.ts';

export interface CatalogueQuestion {
  text: string;
  /** Which language descriptions come in. */
  language: 'en' | 'ja';
  /** On whose behalf the catalogue is asked. */
  caller: Principal;
  requestId: string;
}

/** The store's catalogue, as far as answering a question needs it. */
export abstract class CatalogueLookup {
  /** Changes with what the catalogue offers; undefined until it has been heard of. Part of every cache key. */
  abstract readonly version: string | undefined;

  /** What the catalogue holds on the question; undefined when it cannot say so in time. Rejects only when the signal fires. */
  abstract search(question: CatalogueQuestion, signal: AbortSignal): Promise<CatalogueResults | undefined>;

  /** For readiness; learns the version on the way. */
  abstract isReachable(signal: AbortSignal): Promise<boolean>;

  abstract close(): Promise<void>;
}
