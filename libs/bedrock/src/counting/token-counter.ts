import type { ModelRequest } from '../model-request.ts';

export interface TokenCount {
  tokens: number;
  /** `counted` by Bedrock, as it will bill; `estimated` by us, within 15 %. */
  source: 'counted' | 'estimated';
}

/** How many tokens a request's input is, as exactly as it matters. */
export abstract class TokenCounter {
  /**
   * An estimate, unless it is so near the limit that only the true count says which side it is on.
   * When Bedrock cannot be asked, the estimate. Throws only when the signal has fired.
   */
  abstract count(request: ModelRequest, limitTokens: number, signal: AbortSignal): Promise<TokenCount>;
  abstract close(): Promise<void>;
}
