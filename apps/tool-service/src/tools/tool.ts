import type { Principal } from '@manga-assist/identity';
import type { ToolDescription, ToolErrorCode } from '@manga-assist/schemas/tools';

export type ToolInput = Readonly<Record<string, unknown>>;

/** For whom, in which language, and until when. */
export interface ToolCall {
  /** From the service token. Never from the model's arguments. */
  owner: Pick<Principal, 'tenantId' | 'subject'>;
  language: 'en' | 'ja';
  signal: AbortSignal;
}

export type ToolOutcome =
  | { status: 'success'; content: Readonly<Record<string, unknown>> }
  | { status: 'error'; code: ToolErrorCode; message: string; content: Readonly<Record<string, unknown>> };

/** Something a model may ask for. Tools only read; none fetches an address, writes or sends anything. */
export abstract class Tool {
  /** The one definition: models are told it, arguments are validated by it. */
  abstract readonly definition: ToolDescription;

  /** Puts right what models often get wrong, before the arguments are validated. */
  tidy(input: ToolInput): ToolInput {
    return input;
  }

  /** `input` is valid by the definition's schema. Errors: `unavailable` `catalogue.unavailable`. */
  abstract call(input: ToolInput, call: ToolCall): Promise<ToolOutcome>;
}

export function found(content: Readonly<Record<string, unknown>>): ToolOutcome {
  return { status: 'success', content };
}

/** A refusal that the model reads: say what to do instead, and nothing that was sent. */
export function refused(code: ToolErrorCode, message: string, content: Readonly<Record<string, unknown>> = {}): ToolOutcome {
  return { status: 'error', code, message, content };
}
