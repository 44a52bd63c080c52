import { AnthropicCompatibleBackend } from './anthropic-compatible-backend.ts';
import type { LanguageBackend } from './language-backend.ts';
import { OpenAiCompatibleBackend } from './openai-compatible-backend.ts';

/** An upstream that answers instead of the scripted model. */
export interface BackendChoice {
  kind: 'anthropic-compatible' | 'openai-compatible';
  /** Base URL, without /v1/… */
  upstream: string;
  /** Model name sent upstream; Bedrock's own model name when left out. */
  upstreamModel?: string;
  upstreamKey?: string;
}

export function openBackend(choice: BackendChoice): LanguageBackend {
  const upstream = { url: choice.upstream.replace(/\/+(?:v1\/?)?$/, ''), model: choice.upstreamModel, key: choice.upstreamKey };
  return choice.kind === 'anthropic-compatible' ? new AnthropicCompatibleBackend(upstream) : new OpenAiCompatibleBackend(upstream);
}
