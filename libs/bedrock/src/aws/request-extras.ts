import type { CachePoints } from '../prompt-cache/cache-points.ts';
import type { Guardrail } from './guardrail.ts';

/** What goes with a request whichever form it takes. */
export interface RequestExtras {
  /** Where each section that the prompt cache is to keep ends. */
  cachePoints?: CachePoints;
  guardrail?: Guardrail | undefined;
  /** Whether the answer comes in pieces; false when left out. */
  streams?: boolean;
}
