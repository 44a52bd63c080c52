import type { ToolFailure, ToolResult, ToolUse } from './tool-client.ts';

/** All that the model is told of a failure: nothing of what went wrong inside. */
const WORDS: Readonly<Record<ToolFailure, string>> = {
  invalid_arguments: 'The arguments are not valid for this tool.',
  not_found: 'Nothing was found.',
  unavailable: 'The tool cannot be reached just now.',
  timed_out: 'The tool took too long.',
  too_large: 'The result is too large.',
  unknown_tool: 'There is no such tool.',
  call_limit: 'No more tools can be called for this question. Answer with what is known.',
};

/** The result of a call that gave none. */
export function toolError({ toolUseId }: ToolUse, code: ToolFailure): ToolResult {
  return { toolUseId, status: 'error', content: { error: { code, message: WORDS[code] } }, code };
}
