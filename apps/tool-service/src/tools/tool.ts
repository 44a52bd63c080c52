import type { Principal } from '@manga-assist/identity';
import type { ProductCard, ToolDescription, ToolErrorCode } from '@manga-assist/schemas/tools';

export type ToolInput = Readonly<Record<string, unknown>>;

/** For whom, in which language, and until when. */
export interface ToolCall {
  /** From the service token. Never from the model's arguments. */
  owner: Pick<Principal, 'tenantId' | 'subject'>;
  language: 'en' | 'ja';
  signal: AbortSignal;
}

export type ToolOutcome =
  | { status: 'success'; content: Readonly<Record<string, unknown>>; cards: readonly ProductCard[] }
  | { status: 'error'; code: ToolErrorCode; message: string; content: Readonly<Record<string, unknown>> };

/** Something a model may ask for. Tools only read, so that a call may be made again; none fetches an address, writes or sends anything. */
export abstract class Tool {
  /** The one definition: models are told it, arguments are validated by it. */
  abstract readonly definition: ToolDescription;
  /** How long a call may take, in milliseconds; `toolTimeoutMs` when that is less. */
  abstract readonly timeoutMs: number;
  /** What is found depends on the arguments, the language and the catalogue alone, so that it may be given again. Not where copies or orders are told. */
  readonly isRepeatable: boolean = false;

  /** Puts right what models often get wrong, before the arguments are validated. */
  tidy(input: ToolInput): ToolInput {
    return input;
  }

  /** `input` is valid by the definition's schema. Errors: `unavailable` `catalogue.unavailable`. */
  abstract call(input: ToolInput, call: ToolCall): Promise<ToolOutcome>;
}

export function found(content: Readonly<Record<string, unknown>>, cards: readonly ProductCard[] = []): ToolOutcome {
  return { status: 'success', content, cards };
}

/** A refusal that the model reads: say what to do instead, and nothing that was sent. */
export function refused(code: ToolErrorCode, message: string, content: Readonly<Record<string, unknown>> = {}): ToolOutcome {
  return { status: 'error', code, message, content };
}
