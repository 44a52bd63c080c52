import { combineSignals } from '@manga-assist/resilience';
import type { ProductCard } from '@manga-assist/schemas/tools';
import type { ToolCaller, ToolClient, ToolResult, ToolUse } from './tool-client.ts';
import { toolError } from './tool-error.ts';

/** A turn that asks for two things gets both at once; one that asks for ten must not take tool-service from the others. */
const MOST_IN_PARALLEL = 2;

export interface ToolWork {
  tools: ToolClient;
  caller: ToolCaller;
  /** The names the model was told; others are not called. */
  known: ReadonlySet<string>;
  /** How many calls the turn has left. */
  callsLeft: number;
  timeoutMs: number;
  signal: AbortSignal;
  onTool(name: string, state: 'started' | 'finished' | 'failed'): void;
  /** Series for the page; never none. */
  onCards(cards: readonly ProductCard[]): void;
}

/** Exactly one result for every tool use, in the same order. Rejects only when the signal fires. */
export async function callTools(uses: readonly ToolUse[], work: ToolWork): Promise<ToolResult[]> {
  const results: ToolResult[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < uses.length; index = next++) {
      const use = uses[index];
      if (use !== undefined) results[index] = index < work.callsLeft ? await callTool(use, work) : toolError(use, 'call_limit');
    }
  };
  await Promise.all(Array.from({ length: MOST_IN_PARALLEL }, worker));
  return results;
}

async function callTool(use: ToolUse, work: ToolWork): Promise<ToolResult> {
  if (!work.known.has(use.name)) return toolError(use, 'unknown_tool');
  work.onTool(use.name, 'started');
  const limit = combineSignals(work.signal, AbortSignal.timeout(work.timeoutMs));
  try {
    const result = await work.tools.call(use, work.caller, limit.signal);
    // Nothing found is an answer; the tool has done its work.
    work.onTool(use.name, result.status === 'success' || result.code === 'not_found' ? 'finished' : 'failed');
    if (result.cards !== undefined && result.cards.length > 0) work.onCards(result.cards);
    return result;
  } catch {
    work.signal.throwIfAborted();
    work.onTool(use.name, 'failed');
    return toolError(use, limit.signal.aborted ? 'timed_out' : 'unavailable');
  } finally {
    limit.clear();
  }
}
