import type { ToolDefinition } from '@manga-assist/bedrock';
import type { JsonObject } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import type { ProductCard, ToolErrorCode } from '@manga-assist/schemas/tools';

export interface ToolUse {
  toolUseId: string;
  name: string;
  input: JsonObject;
}

/** `call_limit`: the turn has used up its calls. */
export type ToolFailure = ToolErrorCode | 'call_limit';

export interface ToolResult {
  toolUseId: string;
  status: 'success' | 'error';
  /** What the model reads; an object. */
  content: JsonObject;
  /** Why, when the status is `error`. */
  code?: ToolFailure;
  /** The series in it, for the page. */
  cards?: readonly ProductCard[];
}

/** On whose behalf a tool is called, and for which turn. */
export interface ToolCaller {
  principal: Pick<Principal, 'tenantId' | 'subject' | 'scopes'>;
  turnId: string;
  language: 'en' | 'ja';
}

/** The tools that the model may ask for. */
export abstract class ToolClient {
  /** What there is to call; empty when nobody could say so far. Waits shortly for a first answer, never fails. */
  abstract list(): Promise<readonly ToolDefinition[]>;

  /** One call. A refusal is a result that the model reads. Errors: `unavailable` `tools.unavailable`, `timed-out`, `cancelled`. */
  abstract call(use: ToolUse, caller: ToolCaller, signal: AbortSignal): Promise<ToolResult>;

  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}
