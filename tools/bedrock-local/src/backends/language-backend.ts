import type { CacheUse } from '../caching/prompt-cache.ts';
import type { MessagesStream } from '../messages/messages-event.ts';
import type { MessagesRequest } from '../messages/messages-request.ts';
import type { Model } from '../models/model-directory.ts';
import type { ModelMode } from '../settings.ts';
import type { TokenEstimator } from '../tokens/token-estimator.ts';
import type { Pacing } from './pacing.ts';

export interface BackendCall {
  requestId: string;
  model: Model;
  request: MessagesRequest;
  /** Input that neither came from the prompt cache nor went into it. */
  inputTokens: number;
  cache: CacheUse;
  estimator: TokenEstimator;
  mode: ModelMode;
  /** How fast the scripted model answers. */
  pacing: Pacing;
  /** Greater than 0: the scripted model gives a canned answer of exactly this many tokens. */
  benchmarkTokens: number;
  /** False for operations that answer in one piece: nobody sees the tokens one by one. */
  isStreamed: boolean;
  /** The scripted model's JSON does not fit what was asked for. */
  isUnfit: boolean;
  /** Aborted when the client leaves: an upstream call ends with it. */
  signal: AbortSignal;
}

/** Where answers come from. Every backend speaks the Anthropic Messages stream. */
export abstract class LanguageBackend {
  abstract readonly name: string;
  abstract stream(call: BackendCall): MessagesStream;
}
