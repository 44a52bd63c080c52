import type { CallOptions } from './call-options.ts';

/** What only some replies tell, once the answer is complete. */
export interface ReplyExtras {
  readonly trace?: Record<string, unknown> | undefined;
  /** What InvokeModel adds to the model's own body. */
  readonly members?: Record<string, unknown>;
  readonly options?: CallOptions;
}
