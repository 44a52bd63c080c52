import { AppError, type JsonObject } from '@manga-assist/foundation';
import type { ModelEvent, StopReason } from '../model-event.ts';

interface Pending {
  toolUseId: string;
  name: string;
  pieces: string;
}

/** Endings that cut the answer anywhere, also inside a tool's input. */
const CUTS: ReadonlySet<StopReason> = new Set(['max_tokens', 'model_context_window_exceeded', 'malformed_tool_use', 'malformed_model_output']);

/** The tool calls of one stream, whose inputs arrive in pieces of JSON text. */
export class StreamedToolUses {
  readonly #pending = new Map<number, Pending>();
  #malformed: string | undefined;

  /** Input that no event carries yet. */
  get heldText(): string {
    return [...this.#pending.values()].map(({ pieces }) => pieces).join('');
  }

  begin(block: number, toolUseId: string, name: string): void {
    this.#pending.set(block, { toolUseId, name, pieces: '' });
  }

  add(block: number, piece: string): void {
    const toolUse = this.#pending.get(block);
    if (toolUse) toolUse.pieces += piece;
  }

  /** The block has ended: appends the whole tool call, unless its input cannot be read. */
  finish(block: number, events: ModelEvent[]): void {
    const toolUse = this.#pending.get(block);
    if (!toolUse) return;
    this.#pending.delete(block);
    const input = parseInput(toolUse.pieces);
    if (input) events.push({ type: 'tool-use', toolUseId: toolUse.toolUseId, name: toolUse.name, input });
    else this.#malformed = toolUse.name;
  }

  /**
   * Throws `bedrock.malformed-tool-use` for a tool call that cannot be read, unless the ending explains
   * it: a call that was cut is dropped, because nobody could answer it.
   */
  checkAtEnd(stopReason: StopReason): void {
    if (this.#malformed === undefined || CUTS.has(stopReason)) return;
    throw new AppError('unavailable', 'bedrock.malformed-tool-use', 'The model asked for a tool in a way that cannot be read. Please try again.', {
      details: { tool: this.#malformed },
    });
  }
}

/** Bedrock sends no text at all for a tool that is called without arguments. */
function parseInput(pieces: string): JsonObject | undefined {
  if (pieces === '') return {};
  try {
    const input: unknown = JSON.parse(pieces);
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
